package dev.adjoint.driver.rounds;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.SparkStatusTracker;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * A Spark job that stands for what threads of this JVM compute, so that who cancels its job group, all jobs, or it in Spark's UI, ends
 * that. Its task computes nothing. It holds one of the cores that Spark counts, and gives it back where tasks of others wait for one.
 *
 * <p>For use by one thread, whose local properties (job group, tags, pool) are the job's.
 */
final class StandInJob implements AutoCloseable {
    /** What its stage is called; others of this name are not made room for. */
    private static final String NAME = "training by threads of the driver";

    private static final String CALL_SITE = "callSite.short";

    /** How long passes may take without a job, and tasks of others wait for a core. */
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(100);

    private static final AtomicLong NUMBERS = new AtomicLong();

    /** By their numbers: in local mode, tasks are in this JVM. */
    private static final Map<Long, StandInJob> OPEN = new ConcurrentHashMap<>();

    private final JavaSparkContext context;
    private final long number = NUMBERS.incrementAndGet();
    private final long opened = System.nanoTime();
    private final CountDownLatch over = new CountDownLatch(1);
    private @Nullable JavaFutureAction<Void> job;

    StandInJob(JavaSparkContext context) {
        this.context = context;
        OPEN.put(number, this);
    }

    /**
     * Sees to it that there is a job, once the passes have taken a while.
     *
     * @throws CancellationException when it was cancelled, or Spark was stopped; the message is Spark's
     */
    void check() throws InterruptedException {
        boolean isThere = job != null && !job.isDone();
        if (isThere || System.nanoTime() - opened < PATIENCE) {
            return;
        }
        if (job != null) {
            try {
                job.get();
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                throw (CancellationException) new CancellationException(cause.getMessage()).initCause(cause);
            }
        }
        String before = context.getLocalProperty(CALL_SITE);
        context.setLocalProperty(CALL_SITE, NAME);
        try {
            job = context.parallelize(List.of(0), 1).foreachPartitionAsync(new Waiting(number));
        } finally {
            context.setLocalProperty(CALL_SITE, before);
        }
    }

    /** What the task does. */
    private record Waiting(long number) implements VoidFunction<Iterator<Integer>>, Serializable {
        @Override
        public void call(Iterator<Integer> nothing) throws InterruptedException {
            StandInJob job = OPEN.get(number);
            if (job != null) {
                job.await(TaskContext.get());
            }
        }
    }

    private void await(TaskContext task) throws InterruptedException {
        boolean ends = false;
        while (!ends) {
            ends = over.await(PATIENCE, TimeUnit.NANOSECONDS) || task.isInterrupted() || othersWait();
        }
    }

    private boolean othersWait() {
        SparkStatusTracker tracker = context.sc().statusTracker();
        for (int id : tracker.getActiveStageIds()) {
            Option<SparkStageInfo> stage = tracker.getStageInfo(id);
            if (stage.isDefined() && !stage.get().name().equals(NAME)) {
                SparkStageInfo other = stage.get();
                if (other.numTasks() > other.numCompletedTasks() + other.numActiveTasks()) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public void close() {
        over.countDown();
        OPEN.remove(number);
    }
}
