package dev.adjoint.driver.resident;

import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.TreeSum;
import dev.adjoint.worker.TreeSum.Node;
import dev.adjoint.worker.WeightedSum;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.BarrierTaskInfo;
import org.apache.spark.network.client.TransportClient;

/**
 * The tasks of a stage, which add up their sums: a reduce-scatter along the tree of shards, then an all-gather (Thakur, Rabenseifner
 * and Gropp 2005, with whole messages instead of halves, since the order of additions is given). Two tasks, or those with few
 * numbers, wait for each other once instead of twice: each sends everything to all, and adds up all of it.
 */
public final class Exchange implements AutoCloseable {
    /** So many numbers are in a letter at most: while some travel, others are added, and what was copied is in the cache still. */
    private static final int PIECE = 1 << 16;

    /** Fewer numbers are received sooner than another wait is over. */
    private static final int FEW = 1 << 16;

    /** What a task sends of its own sums. */
    private static final int SCATTERED = 0;

    /** What a task sends of the sum of all. */
    private static final int ADDED = 1;

    private final Post post;
    private final Box box;
    private final Plan plan;
    private final BarrierTaskContext context;
    private final int self;
    private final List<String> addresses;
    private final Map<Integer, TransportClient> others = new HashMap<>();
    private float[] whole = {};
    /** Whether each task adds up the whole sum, and not a slice of it. */
    private final boolean addsWhole;
    /** Of the longest slice. */
    private final int pieces;

    private long rounds;
    private long nanos;

    /**
     * How a job's tasks exchange.
     *
     * @param secret that letters bear
     * @param shards how many there are over all tasks
     * @param length of a sum's vector
     * @param limitSeconds how long a task waits for another
     * @param known where letters to an executor are sent, by Spark's address of it
     */
    record Plan(Letter.Secret secret, int shards, int length, long limitSeconds, HashMap<String, String> known)
            implements Serializable {
        /** How many numbers a letter has at most. */
        int longest() {
            return Math.min(PIECE, length);
        }
    }

    private Exchange(Post post, Box box, Plan plan, BarrierTaskContext context, List<String> addresses) {
        this.post = post;
        this.box = box;
        this.plan = plan;
        this.context = context;
        this.self = context.partitionId();
        this.addresses = addresses;
        int tasks = addresses.size();
        this.addsWhole = tasks == 2 || (tasks - 1L) * plan.length() <= FEW;
        int longest = addsWhole ? plan.length() : (plan.length() + tasks - 1) / tasks;
        this.pieces = Math.max(1, (longest + PIECE - 1) / PIECE);
    }

    /** Has the JVM of this task take letters that bear the secret, and says where it does. */
    static Located<Boolean> introduce(BarrierTaskContext context, Plan plan) {
        Post post = Post.ofThisJvm();
        post.know(plan.secret(), plan.longest());
        return new Located<>(executor(context), post.address(), true);
    }

    /** Of the task that this thread runs, once all tasks of its stage are here. */
    static Exchange open(BarrierTaskContext context, Plan plan) {
        long stage = (long) context.stageId() << Integer.SIZE | context.stageAttemptNumber();
        int tasks = context.numPartitions();
        Post post = Post.ofThisJvm();
        Box box = new Box(new Letter.Address(plan.secret(), stage, context.partitionId()), tasks, plan.longest());
        try {
            post.open(box);
            Exchange exchange = new Exchange(post, box, plan, context, addresses(context, plan, post));
            for (int task = 0; task < tasks; task++) {
                if (task != exchange.self) {
                    exchange.others.put(task, post.connect(exchange.addresses.get(task)));
                }
            }
            return exchange;
        } catch (Letter.DamagedException e) {
            post.close(box);
            throw new ExchangeException("a message is refused: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            post.close(box);
            throw e;
        }
    }

    /** Of all tasks; where one runs on an executor that is not known, all see that, and tell each other. */
    private static List<String> addresses(BarrierTaskContext context, Plan plan, Post post) {
        List<String> addresses = new ArrayList<>();
        for (BarrierTaskInfo task : context.getTaskInfos()) {
            String known = plan.known().get(task.address());
            if (known == null) {
                return List.of(context.allGather(post.address()));
            }
            addresses.add(known);
        }
        return addresses;
    }

    /** Where this task's executor is, as Spark says. */
    String executor() {
        return executor(context);
    }

    private static String executor(BarrierTaskContext context) {
        return context.getTaskInfos()[context.partitionId()].address();
    }

    /** Where letters to it are sent. */
    String address() {
        return addresses.get(self);
    }

    /** The number of this task. */
    public int self() {
        return self;
    }

    /** How many tasks there are. */
    public int tasks() {
        return addresses.size();
    }

    /** How long it took to exchange so far, waiting for others included. */
    public long nanos() {
        return nanos;
    }

    /**
     * The sum over all shards, which all tasks get.
     *
     * @param own of the shards of this task; others may be added to these sums
     * @return valid until the task computes again; its vector may be changed
     * @throws ExchangeException when another task does not bring its own
     */
    public WeightedSum sum(PartitionSum<WeightedSum> own) {
        long start = System.nanoTime();
        for (int piece = 0; piece < pieces; piece++) {
            for (int k = 1; k < addresses.size(); k++) {
                int to = (self + k) % addresses.size(); // not all to the same at once
                send(to, SCATTERED, piece, own.nodes(), start(to, piece), end(to, piece));
            }
        }
        // Each piece comes with the losses of all, and any will do.
        WeightedSum place = place(own);
        WeightedSum sums = new WeightedSum();
        List<float[]> used = new ArrayList<>();
        for (int piece = 0; piece < pieces; piece++) {
            Node<WeightedSum> added = added(own, piece, used);
            sums = added.sum();
            for (int k = 1; k < addresses.size() && !addsWhole; k++) {
                send((self + k) % addresses.size(), ADDED, piece, List.of(added), 0, sums.length());
            }
            put(sums, place, start(self, piece));
            used.forEach(box::giveBack);
            used.clear();
        }
        if (!addsWhole) {
            gather(place);
        }
        rounds++;
        nanos += System.nanoTime() - start;
        int length = sums.examples() == 0 ? 0 : plan.length();
        return WeightedSum.lent(place.array(), place.offset(), length, sums.loss(), sums.weight(), sums.examples());
    }

    /** Where the sum of all comes to stand: where this task's own stood, or else in memory for it. */
    private WeightedSum place(PartitionSum<WeightedSum> own) {
        if (own.nodes().size() == 1 && own.nodes().get(0).sum().length() == plan.length()) {
            return own.nodes().get(0).sum();
        }
        if (whole.length == 0) {
            whole = new float[plan.length()];
        }
        return WeightedSum.lent(whole, 0, whole.length, 0, 0, 0);
    }

    private static void put(WeightedSum part, WeightedSum place, int start) {
        if (part.array() != place.array()) {
            System.arraycopy(part.array(), part.offset(), place.array(), place.offset() + start, part.length());
        }
    }

    /**
     * The sum of a piece of this task's slice.
     *
     * @param used gets the arrays of the letters that it takes, in one of which the sum may stand
     */
    private Node<WeightedSum> added(PartitionSum<WeightedSum> own, int piece, List<float[]> used) {
        Set<WeightedSum> ofOwn = new HashSet<>();
        TreeSum<WeightedSum> tree = new TreeSum<>((left, right) -> {
            // As far as can be in the own sum's array: two numbers are the same whichever is added to the other.
            boolean isInRight = ofOwn.contains(right) && !ofOwn.contains(left);
            WeightedSum sum = isInRight ? right : left;
            sum.add(isInRight ? left : right);
            return sum;
        });
        for (int task = 0; task < addresses.size(); task++) {
            if (task == self) {
                for (Node<WeightedSum> node : own.nodes()) {
                    WeightedSum part = node.sum().stretch(start(self, piece), end(self, piece));
                    ofOwn.add(part);
                    tree.add(new Node<>(node.level(), node.index(), part));
                }
            } else {
                Letter letter = take(task, SCATTERED, piece, self);
                used.addAll(letter.arrays());
                letter.nodes().forEach(tree::add);
            }
        }
        return new Node<>(0, self, tree.total(plan.shards()));
    }

    /** Takes what the others have added. */
    private void gather(WeightedSum place) {
        for (int task = 0; task < addresses.size(); task++) {
            for (int piece = 0; task != self && piece < pieces; piece++) {
                Letter letter = take(task, ADDED, piece, task);
                for (Node<WeightedSum> node : letter.nodes()) {
                    put(node.sum(), place, start(task, piece));
                }
                letter.arrays().forEach(box::giveBack);
            }
        }
    }

    /** A letter about a piece of the slice of {@code owner}, of which it has all numbers or none. */
    private Letter take(int task, int phase, int piece, int owner) {
        Letter letter = box.take(
                task,
                addresses.get(task),
                number(phase, piece),
                TimeUnit.SECONDS.toNanos(plan.limitSeconds()),
                context::killTaskIfInterrupted);
        int expected = end(owner, piece) - start(owner, piece);
        for (Node<WeightedSum> node : letter.nodes()) {
            int length = node.sum().length();
            if (length != 0 && length != expected) {
                throw new ExchangeException("task %d at %s sent a sum of %d numbers, expected %d"
                        .formatted(task, addresses.get(task), length, expected));
            }
        }
        return letter;
    }

    private void send(int to, int phase, int piece, List<Node<WeightedSum>> nodes, int start, int end) {
        Letter.Address address = new Letter.Address(plan.secret(), box.address().stage(), to);
        long number = number(phase, piece);
        Post.send(
                Objects.requireNonNull(others.get(to)),
                Letter.size(nodes, start, end),
                memory -> Letter.write(memory, address, self, number, nodes, start, end));
    }

    /** Letters are numbered alike by all tasks. */
    private long number(int phase, int piece) {
        return (2 * rounds + phase) * pieces + piece;
    }

    /** Where a piece of a task's slice begins. */
    private int start(int task, int piece) {
        long begin = addsWhole ? 0 : from(task);
        long end = addsWhole ? plan.length() : from(task + 1);
        return (int) Math.min(end, begin + (long) piece * PIECE);
    }

    private int end(int task, int piece) {
        return start(task, piece + 1);
    }

    /** Where the slice of a task begins. */
    private int from(int task) {
        return (int) ((long) plan.length() * task / addresses.size());
    }

    @Override
    public void close() {
        post.close(box);
    }
}
