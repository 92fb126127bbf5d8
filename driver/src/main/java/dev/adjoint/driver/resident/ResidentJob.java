package dev.adjoint.driver.resident;

import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.rounds.Cache;
import dev.adjoint.driver.rounds.LocalProperties;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.Purpose;
import java.io.Serializable;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.spark.FutureAction;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.AsyncRDDActions;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.jdk.javaapi.FutureConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Runs the same work over data again and again, each time as one job whose tasks are all there at once.
 *
 * @param <B> what a job begins with, which each task is sent
 * @param <S> the large part of that, which a task fetches if it has not got it
 * @param <R> what each task comes to
 */
public final class ResidentJob<B extends Serializable, S, R> implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);
    private static final long LOOK_MILLIS = 20;

    private final JavaSparkContext context;
    private final ShardedData data;
    private final int length;
    private final long limitSeconds;
    private final Broadcast<ResidentWork<B, S, R>> work;
    private final Letter.Secret secret = new Letter.Secret(RANDOM.nextLong(), RANDOM.nextLong());
    /** Where letters to the executors are sent that took part so far, and so know the secret, by Spark's address of each. */
    private final Map<String, String> known = new HashMap<>();

    private final Parcels<B, R> parcels = new Parcels<>();
    private Optional<Running> running = Optional.empty();
    private Optional<Broadcast<S>> sent = Optional.empty();
    /** Whether tasks came to an end together, so that executors can reach each other. */
    private boolean hasRun;

    /**
     * Sends the work to the executors.
     *
     * @param length of the vectors that the tasks add up
     * @param limitSeconds how long a task waits for another before the stage fails
     */
    public ResidentJob(
            JavaSparkContext context, ResidentWork<B, S, R> work, ShardedData data, int length, long limitSeconds) {
        this.context = context;
        this.data = data;
        this.length = length;
        this.limitSeconds = limitSeconds;
        this.work = context.broadcast(work);
    }

    /** Why such jobs cannot run over data here and now, and what to set; empty where they can. */
    public static Optional<String> obstacle(JavaSparkContext context, ShardedData data) {
        SparkConf conf = context.getConf();
        if (conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
            return Optional.of(
                    "spark.dynamicAllocation.enabled is true, with which Spark runs no barrier stages; set it to false");
        }
        Optional<String> tooFew = tooFewCores(context, data);
        if (tooFew.isPresent()) {
            return tooFew;
        }
        return Cache.fill(context, data)
                ? Optional.empty()
                : Optional.of(
                        "the rows do not all lie in the executors' memory; give them more, by spark.executor.memory");
    }

    private static Optional<String> tooFewCores(JavaSparkContext context, ShardedData data) {
        int tasks = data.chunks().getNumPartitions();
        SparkContext spark = context.sc();
        int slots = spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
        return slots >= tasks
                ? Optional.empty()
                : Optional.of(
                        "there are cores for %d tasks at once, and the rows lie in %d partitions; wait for more executors, or set spark.default.parallelism to %d"
                                .formatted(slots, tasks, Math.max(1, slots)));
    }

    /**
     * What each task comes to, in order. The tasks stay for a moment, and go on with what comes next, if they have all that it begins
     * with. Where one fails, all run again from the same beginning, as often as Spark has a task run: it does not do so itself with a
     * barrier stage whose results go to the driver.
     *
     * @param haveState whether each task has {@code state} from what it did before
     * @throws ExchangeException when tasks could not exchange their sums, as often as they tried; at once, where executors cannot reach
     *     each other from the beginning
     * @throws CompletionException when the job failed for another reason, as often as it was tried
     * @throws NoRoomException when for half a minute there were not cores enough for all tasks at once
     */
    public List<R> run(B begin, S state, boolean haveState, Purpose purpose) throws InterruptedException {
        requireNotCancelled();
        boolean isHandedOut = haveState && isAlone() && handOut(begin);
        int most = context.getConf().getInt("spark.task.maxFailures", 4);
        for (int attempt = 0; ; attempt++) {
            try {
                if (attempt > 0 || !isHandedOut) {
                    start(begin, state, purpose, attempt);
                }
                return results();
            } catch (InterruptedException e) {
                cancel();
                throw e;
            } catch (Exception e) {
                Throwable failure = e instanceof CompletionException ? Objects.requireNonNullElse(e.getCause(), e) : e;
                Optional<String> exchange = ofExchange(failure);
                boolean unreachable = exchange.filter(why -> why.startsWith(Post.NO_CONNECTION))
                        .isPresent();
                if (unreachable) {
                    known.clear(); // another executor may have got the address of one that is lost
                }
                if (attempt + 1 >= most || (unreachable && !hasRun) || isForGood(failure)) {
                    if (exchange.isPresent()) {
                        throw new ExchangeException(exchange.get(), failure);
                    }
                    throw e;
                }
            }
        }
    }

    /** What an exchange failed at, where one did: Spark tells it in the lines after that of the stage. */
    private static Optional<String> ofExchange(Throwable e) {
        String mark = ExchangeException.class.getName() + ": ";
        return String.valueOf(e.getMessage())
                .lines()
                .filter(line -> line.contains(mark))
                .map(line -> line.substring(line.indexOf(mark) + mark.length()))
                .findFirst();
    }

    /** There are too few cores, at least for now. */
    public static final class NoRoomException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoRoomException(String message) {
            super(message);
        }
    }

    /** Whether all tasks could run at once now. */
    public boolean hasRoom() {
        return tooFewCores(context, data).isEmpty();
    }

    /** Whether the job would fail again, or is not wanted any more. */
    private boolean isForGood(Throwable e) {
        return e instanceof NoRoomException || context.sc().isStopped() || Passes.isCancelled(e);
    }

    /** Executors that were lost are replaced, which takes a while. */
    private void awaitRoom() throws InterruptedException {
        long start = System.nanoTime();
        while (true) {
            Optional<String> obstacle = tooFewCores(context, data);
            if (obstacle.isEmpty()) {
                return;
            }
            if (System.nanoTime() - start > PATIENCE) {
                throw new NoRoomException(obstacle.get());
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private Exchange.Plan plan() {
        return new Exchange.Plan(secret, data.shardCount(), length, limitSeconds, new HashMap<>(known));
    }

    /**
     * Has the executors tell where letters to them are sent, and tells them the secret: in a job of its own, since tasks that waited for
     * each other in order to do so would wait for a second.
     */
    private void introduce() {
        ClassTag<Located<Boolean>> tag = ClassTag$.MODULE$.apply(Located.class);
        RDD<Located<Boolean>> all = data.chunks().rdd().barrier().mapPartitions(new Introduction(plan()), false, tag);
        @SuppressWarnings("unchecked") // Scala's array of T
        Located<Boolean>[] located = LocalProperties.described(context.sc(), "executors tell their addresses", () ->
                (Located<Boolean>[]) context.sc().runJob(all, new Only(), tag));
        for (Located<Boolean> one : located) {
            known.put(one.executor(), one.address());
        }
    }

    /** Whether no other job would have to wait for the cores. */
    private boolean isAlone() {
        return context.sc().dagScheduler().activeJobs().size() <= 1; // what Spark's status says comes late
    }

    /** Whether tasks were there still to go on. */
    private boolean handOut(B begin) {
        return running.isPresent() && running.get().desk().handOut(parcels.pack(begin));
    }

    /** A job that somebody cancelled while its tasks waited is not begun anew. */
    private void requireNotCancelled() {
        try {
            running.ifPresent(now -> now.over().getNow(BoxedUnit.UNIT));
        } catch (CompletionException e) {
            if (e.getCause() != null && Passes.isCancelled(e.getCause())) {
                throw e;
            }
        }
    }

    /** Has tasks begin anew. */
    private void start(B begin, S state, Purpose purpose, int attempt) throws InterruptedException {
        release();
        awaitRoom();
        if (known.isEmpty()) {
            introduce();
        }
        Desk desk = new Desk(data.chunks().getNumPartitions());
        Broadcast<S> broadcast = context.broadcast(state);
        sent = Optional.of(broadcast);
        ResidentTask<B, S, R> task = new ResidentTask<>(work, begin, broadcast, plan(), desk.address(limitSeconds));
        ClassTag<Boolean> tag = ClassTag$.MODULE$.apply(Boolean.class);
        RDD<Boolean> all = data.chunks().rdd().barrier().mapPartitions(task, false, tag);
        FutureAction<BoxedUnit> job = LocalProperties.during(
                context.sc(),
                Map.of(Purpose.ATTEMPT, String.valueOf(attempt)),
                () -> purpose.during(
                        context, () -> new AsyncRDDActions<>(all, tag).foreachPartitionAsync(new Drained())));
        CompletableFuture<BoxedUnit> over = FutureConverters.asJava(job)
                .toCompletableFuture()
                .whenComplete((nothing, failure) -> {
                    desk.close();
                    desk.remove();
                });
        running = Optional.of(new Running(desk, job, over));
    }

    /** What the tasks bring that are there. */
    private List<R> results() throws InterruptedException {
        Running now = running.orElseThrow();
        CompletableFuture<List<byte[]>> brought = now.desk().results();
        try {
            CompletableFuture.anyOf(brought, now.over()).get();
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
        if (!brought.isDone()) {
            throw new IllegalStateException("the tasks ended, and came to nothing");
        }
        List<R> results = new ArrayList<>();
        for (byte[] bytes : brought.join()) {
            Located<R> one = parcels.result(bytes);
            known.put(one.executor(), one.address());
            results.add(one.result());
        }
        hasRun = true;
        forgetState();
        return results;
    }

    /** All tasks have it by now, or need it no more. */
    private void forgetState() {
        sent.ifPresent(Broadcast::destroy);
        sent = Optional.empty();
    }

    private void cancel() {
        running.ifPresent(now -> now.job().cancel());
    }

    /** Lets tasks go that wait for more, so that others have their cores. */
    public void release() {
        running.ifPresent(now -> now.desk().close());
        running = Optional.empty();
        forgetState();
    }

    /**
     * Tasks that are there.
     *
     * @param over completes when the job ends
     */
    private record Running(Desk desk, FutureAction<BoxedUnit> job, CompletableFuture<BoxedUnit> over) {}

    /** The only one of a partition. */
    private static final class Only extends AbstractFunction1<Iterator<Located<Boolean>>, Located<Boolean>>
            implements Serializable {
        private static final long serialVersionUID = 1L;

        @Override
        public Located<Boolean> apply(Iterator<Located<Boolean>> located) {
            return located.next();
        }
    }

    /** Tasks come to nothing but what they brought. */
    private static final class Drained extends AbstractFunction1<Iterator<Boolean>, BoxedUnit> implements Serializable {
        private static final long serialVersionUID = 1L;

        @Override
        public BoxedUnit apply(Iterator<Boolean> nothing) {
            nothing.size(); // which runs the task
            return BoxedUnit.UNIT;
        }
    }

    @Override
    public void close() {
        release();
        work.destroy();
    }
}
