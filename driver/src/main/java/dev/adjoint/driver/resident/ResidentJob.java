package dev.adjoint.driver.resident;

import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.rounds.Cache;
import dev.adjoint.driver.rounds.LocalProperties;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.Purpose;
import dev.adjoint.worker.Chunk;
import java.io.Serializable;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

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
     * What each task comes to, in order. Where one fails, all run again from the same beginning, as often as Spark has a task run:
     * it does not do so itself with a barrier stage whose results go to the driver.
     *
     * @throws ExchangeException when tasks could not exchange their sums, as often as they tried; at once, where executors cannot reach
     *     each other from the beginning
     * @throws NoRoomException when for half a minute there were not cores enough for all tasks at once
     */
    public List<R> run(B begin, S state, Purpose purpose) throws InterruptedException {
        Broadcast<S> broadcast = context.broadcast(state);
        try {
            int most = context.getConf().getInt("spark.task.maxFailures", 4);
            for (int attempt = 0; ; attempt++) {
                awaitRoom();
                try {
                    if (known.isEmpty()) {
                        introduce();
                    }
                    return run(new ResidentTask<>(work, begin, broadcast, plan()), purpose, attempt);
                } catch (Exception e) {
                    Optional<String> exchange = ofExchange(e);
                    boolean unreachable = exchange.filter(why -> why.startsWith(Post.NO_CONNECTION))
                            .isPresent();
                    if (unreachable) {
                        known.clear(); // another executor may have got the address of one that is lost
                    }
                    if (attempt + 1 >= most || (unreachable && !hasRun) || isForGood(e)) {
                        if (exchange.isPresent()) {
                            throw new ExchangeException(exchange.get(), e);
                        }
                        throw e;
                    }
                }
            }
        } finally {
            broadcast.destroy();
        }
    }

    /** What an exchange failed at, where one did: Spark tells it in the lines after that of the stage. */
    private static Optional<String> ofExchange(Exception e) {
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
    private boolean isForGood(Exception e) {
        return context.sc().isStopped() || Passes.isCancelled(e);
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
        LocalProperties.described(context.sc(), "executors tell their addresses", () -> run(new Introduction(plan())));
    }

    private List<R> run(ResidentTask<B, S, R> work, Purpose purpose, int attempt) {
        List<R> results = LocalProperties.during(
                context.sc(),
                Map.of(Purpose.ATTEMPT, String.valueOf(attempt)),
                () -> purpose.during(context, () -> run(work)));
        hasRun = true;
        return results;
    }

    /** What all tasks of a barrier stage come to, in order. */
    private <T> List<T> run(AbstractFunction1<Iterator<Chunk>, Iterator<Located<T>>> task) {
        ClassTag<Located<T>> tag = ClassTag$.MODULE$.apply(Located.class);
        RDD<Chunk> rows = data.chunks().rdd();
        RDD<Located<T>> all = rows.barrier().mapPartitions(task, false, tag);
        @SuppressWarnings("unchecked") // Scala's array of T
        Located<T>[] located = (Located<T>[]) context.sc().runJob(all, new Only<T>(), tag);
        List<T> results = new ArrayList<>();
        for (Located<T> one : located) {
            known.put(one.executor(), one.address());
            results.add(one.result());
        }
        return results;
    }

    /** The only one of a partition. */
    private static final class Only<R> extends AbstractFunction1<Iterator<Located<R>>, Located<R>>
            implements Serializable {
        private static final long serialVersionUID = 1L;

        @Override
        public Located<R> apply(Iterator<Located<R>> results) {
            return results.next();
        }
    }

    @Override
    public void close() {
        work.destroy();
    }
}
