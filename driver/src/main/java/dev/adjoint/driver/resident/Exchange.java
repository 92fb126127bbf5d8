package dev.adjoint.driver.resident;

import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.TreeSum;
import dev.adjoint.worker.TreeSum.Node;
import dev.adjoint.worker.WeightedSum;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.BarrierTaskInfo;
import org.apache.spark.network.client.TransportClient;

/**
 * The tasks of a stage, which add up their sums: a reduce-scatter along the tree of shards, then an all-gather (Thakur, Rabenseifner
 * and Gropp 2005, with whole messages instead of halves, since the order of additions is given).
 */
public final class Exchange implements AutoCloseable {
    private final Post post;
    private final Box box;
    private final Plan plan;
    private final BarrierTaskContext context;
    private final int self;
    private final List<String> addresses;
    private final Map<Integer, TransportClient> others = new HashMap<>();
    private final float[] whole;
    private int letters;
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
            implements Serializable {}

    private Exchange(Post post, Box box, Plan plan, BarrierTaskContext context, List<String> addresses) {
        this.post = post;
        this.box = box;
        this.plan = plan;
        this.context = context;
        this.self = context.partitionId();
        this.addresses = addresses;
        this.whole = new float[plan.length()];
    }

    /** Of the task that this thread runs, once all tasks of its stage are here. */
    static Exchange open(BarrierTaskContext context, Plan plan) {
        long stage = (long) context.stageId() << Integer.SIZE | context.stageAttemptNumber();
        int tasks = context.numPartitions();
        Post post = Post.ofThisJvm();
        Box box = new Box(new Letter.Address(plan.secret(), stage, context.partitionId()), tasks, plan.length());
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
        return context.getTaskInfos()[self].address();
    }

    /** Where letters to it are sent. */
    String address() {
        return addresses.get(self);
    }

    /** The number of this task. */
    public int self() {
        return self;
    }

    /** How long it took to exchange so far, waiting for others included. */
    public long nanos() {
        return nanos;
    }

    /**
     * The sum over all shards, which all tasks get.
     *
     * @param own of the shards of this task; the sums are only read
     * @return valid until the next one; its vector may be changed
     * @throws ExchangeException when another task does not bring its own
     */
    public WeightedSum sum(PartitionSum<WeightedSum> own) {
        long start = System.nanoTime();
        int number = letters;
        letters += 2;
        for (int k = 1; k < addresses.size(); k++) {
            int to = (self + k) % addresses.size(); // not all to the same at once
            send(to, number, own.nodes(), from(to), from(to + 1));
        }
        Node<WeightedSum> slice = added(own, number);
        for (int k = 1; k < addresses.size(); k++) {
            send(
                    (self + k) % addresses.size(),
                    number + 1,
                    List.of(slice),
                    0,
                    slice.sum().vector().length);
        }
        WeightedSum whole = gathered(slice, number + 1);
        nanos += System.nanoTime() - start;
        return whole;
    }

    /** The sum of this task's slice. */
    private Node<WeightedSum> added(PartitionSum<WeightedSum> own, int number) {
        TreeSum<WeightedSum> tree = new TreeSum<>();
        for (int task = 0; task < addresses.size(); task++) {
            if (task == self) {
                for (Node<WeightedSum> node : own.nodes()) {
                    WeightedSum part = node.sum().slice(from(self), from(self + 1), true);
                    tree.add(new Node<>(node.level(), node.index(), part));
                }
            } else {
                take(task, number).nodes().forEach(tree::add);
            }
        }
        return new Node<>(0, self, tree.total(plan.shards()));
    }

    private WeightedSum gathered(Node<WeightedSum> slice, int number) {
        float[] vector = slice.sum().vector().length == 0 ? new float[0] : whole;
        for (int task = 0; task < addresses.size(); task++) {
            float[] part = (task == self ? slice : take(task, number).nodes().get(0))
                    .sum()
                    .vector();
            if (vector.length > 0) {
                System.arraycopy(part, 0, vector, from(task), from(task + 1) - from(task));
            }
        }
        WeightedSum sums = slice.sum();
        return new WeightedSum(vector, sums.loss(), sums.weight(), sums.examples());
    }

    private Letter take(int task, int number) {
        return box.take(
                task,
                addresses.get(task),
                number,
                TimeUnit.SECONDS.toNanos(plan.limitSeconds()),
                context::killTaskIfInterrupted);
    }

    private void send(int to, int number, List<Node<WeightedSum>> nodes, int start, int end) {
        Objects.requireNonNull(others.get(to))
                .send(Letter.write(
                        new Letter.Address(plan.secret(), box.address().stage(), to), self, number, nodes, start, end));
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
