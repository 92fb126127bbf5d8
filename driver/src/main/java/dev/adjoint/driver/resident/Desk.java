package dev.adjoint.driver.resident;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcCallContext;
import org.apache.spark.rpc.RpcEndpoint;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.rpc.RpcTimeout;
import org.apache.spark.util.RpcUtils;
import scala.PartialFunction;
import scala.PartialFunction$;
import scala.Tuple3;
import scala.concurrent.duration.FiniteDuration;
import scala.jdk.javaapi.FutureConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/**
 * Where the tasks of one job bring what they came to, and wait for what they are to do next: at the driver, on Spark's own port.
 *
 * <p>What crosses it are numbers and bytes, since Spark's messages do not see the classes of an application.
 */
final class Desk implements RpcEndpoint {
    /** So long tasks have their cores for nothing, while the driver looks at what they came to: about as long as a job's start takes. */
    private static final long PATIENCE_MILLIS = 100;

    /** How often a task that waits looks whether it was killed. */
    private static final long LOOK_MILLIS = 100;

    private static final ClassTag<byte[]> BYTES = ClassTag$.MODULE$.apply(byte[].class);

    /** In place of what is next. */
    private static final byte[] NOTHING = {};

    private final RpcEnv environment = SparkEnv.get().rpcEnv();
    private final String name = "adjoint-" + UUID.randomUUID();
    private final int tasks;
    /** How many pieces of the work were done by all. */
    private int pieces;

    private final Map<Integer, RpcCallContext> waiting = new TreeMap<>();
    private final Map<Integer, byte[]> brought = new TreeMap<>();
    private CompletableFuture<List<byte[]>> results = new CompletableFuture<>();
    private boolean isClosed;

    /** Of a job with so many tasks. */
    Desk(int tasks) {
        this.tasks = tasks;
        environment.setupEndpoint(name, this);
    }

    /**
     * What a task knows of it.
     *
     * @param limitSeconds how long the task waits, at most
     */
    record Address(String name, long limitSeconds) implements Serializable {
        /** The desk, for all of the task. */
        Line connect(int task) {
            SparkEnv spark = SparkEnv.get();
            return new Line(RpcUtils.makeDriverRef(name, spark.conf(), spark.rpcEnv()), task, limitSeconds);
        }
    }

    Address address(long limitSeconds) {
        return new Address(name, limitSeconds);
    }

    /** A task's way to it. */
    static final class Line {
        private final RpcEndpointRef desk;
        private final int task;
        private final long limitSeconds;
        private int pieces;

        private Line(RpcEndpointRef desk, int task, long limitSeconds) {
            this.desk = desk;
            this.task = task;
            this.limitSeconds = limitSeconds;
        }

        /**
         * Brings what the task came to.
         *
         * @param killed throws where the task is to end
         * @return what is next, empty where nothing is
         * @throws ExchangeException when the driver does not answer
         */
        byte[] bring(byte[] result, Runnable killed) {
            RpcTimeout limit =
                    new RpcTimeout(FiniteDuration.apply(limitSeconds, TimeUnit.SECONDS), "training.round-timeout");
            CompletableFuture<byte[]> next = FutureConverters.asJava(
                            desk.ask(new Tuple3<>(task, pieces++, result), limit, BYTES))
                    .toCompletableFuture();
            while (true) {
                try {
                    return next.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    killed.run();
                } catch (ExecutionException e) {
                    throw new ExchangeException(
                            "the driver did not take what task %d came to: %s".formatted(task, e.getCause()), e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new ExchangeException(
                            "task %d was interrupted while it waited for the driver".formatted(task), e);
                }
            }
        }
    }

    @Override
    public RpcEnv rpcEnv() {
        return environment;
    }

    @Override
    public PartialFunction<Object, BoxedUnit> receiveAndReply(RpcCallContext context) {
        return PartialFunction$.MODULE$.fromFunction(message -> {
            Tuple3<?, ?, ?> said = (Tuple3<?, ?, ?>) message;
            come((Integer) said._1(), (Integer) said._2(), (byte[]) said._3(), context);
            return BoxedUnit.UNIT;
        });
    }

    private synchronized void come(int task, int piece, byte[] result, RpcCallContext answer) {
        if (piece != pieces) { // of a stage that Spark began again, and not the driver
            answer.sendFailure(new IllegalStateException(
                    "task %d brings piece %d of the work, expected %d".formatted(task, piece, pieces)));
            return;
        }
        brought.put(task, result);
        waiting.put(task, answer);
        if (isClosed) {
            answer(NOTHING);
        } else if (waiting.size() == tasks) {
            CompletableFuture<List<byte[]>> whole = results;
            CompletableFuture.delayedExecutor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(() -> closeUnlessHandedOut(whole));
            whole.complete(new ArrayList<>(brought.values()));
        }
    }

    private synchronized void closeUnlessHandedOut(CompletableFuture<List<byte[]>> whole) {
        if (results == whole) {
            close();
        }
    }

    private void answer(byte[] next) {
        waiting.values().forEach(task -> task.reply(next));
        waiting.clear();
        brought.clear();
    }

    /** What all tasks come to, in order; only for one thing at a time. */
    synchronized CompletableFuture<List<byte[]>> results() {
        return results;
    }

    /** Has all tasks do something more: once they brought what they came to before, and unless they have been let go. */
    synchronized boolean handOut(byte[] next) {
        if (isClosed || !results.isDone()) {
            return false;
        }
        results = new CompletableFuture<>();
        pieces++;
        answer(next);
        return true;
    }

    /** Lets tasks go: those that wait, and those that come. */
    synchronized void close() {
        isClosed = true;
        answer(NOTHING);
    }

    /** No task comes any more. */
    void remove() {
        environment.stop(self());
    }
}
