package dev.adjoint.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.data.Reader;
import dev.adjoint.driver.data.RowOrder;
import dev.adjoint.driver.data.TrainingData;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.Purpose;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.settings.BatchSize;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Recipe;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.Task;
import dev.adjoint.driver.training.Trainer;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Model;
import dev.adjoint.model.Network;
import dev.adjoint.model.Source;
import dev.adjoint.model.StandardLoss;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.TestUtils$;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.StageInfo;
import org.apache.spark.sql.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/** One training, by this JVM as the driver, on one cluster after the other; and what a fault cost it. */
final class Rig implements AutoCloseable {
    /** The second one of the second epoch. */
    static final int STEP = 10;

    private static final int STEPS = 3 * 8;
    private static final String DATA = "../conf/data/optdigits-train.csv";
    private static final Duration WATCHDOG = Duration.ofMinutes(2);

    private final String expected;
    private SparkSession spark;
    private Map<String, String> settings = Map.of();
    private int executors;
    private double usual;
    private int trainings;
    private final AtomicLong tasksRunAgain = new AtomicLong();
    private final AtomicLong tasksFailed = new AtomicLong();
    private final AtomicLong executorsAdded = new AtomicLong();
    private final List<String> removals = new CopyOnWriteArrayList<>();

    /** What is trained, on 3823 examples. */
    private record Subject(Network network, int batch) {
        /** 8 steps an epoch. */
        static final Subject USUAL = new Subject(network(32), 512);

        /** The last of 8 steps has one example, so that but one shard has none; four tasks add a slice each. */
        static final Subject OF_ONE_AT_LAST = new Subject(network(512), 546);

        private static Network network(int units) {
            return Network.perceptron(62, List.of(units), Activation.RELU, 10, StandardLoss.SOFTMAX_CROSS_ENTROPY);
        }
    }

    /**
     * How rounds are made.
     *
     * @param dawdles whether the driver takes its time after each epoch, so that resident tasks do not stay, and each epoch is a job
     */
    record Way(Keys.Rounds rounds, ReductionKind reduction, int timeoutSeconds, boolean dawdles) {
        static final Way JOBS = by(ReductionKind.AUTO);
        static final Way RESIDENT = new Way(Keys.Rounds.RESIDENT, ReductionKind.AUTO, 600, true);
        /** Tasks go on with the next epoch. */
        static final Way STAYING = new Way(Keys.Rounds.RESIDENT, ReductionKind.AUTO, 600, false);

        /** Which gives up what takes long. */
        static Way impatient(Keys.Rounds rounds) {
            return new Way(rounds, ReductionKind.AUTO, 1, true);
        }

        Way patient() {
            return new Way(rounds, reduction, JOBS.timeoutSeconds, dawdles);
        }

        /** A job a round. */
        static Way by(ReductionKind reduction) {
            return new Way(Keys.Rounds.JOBS, reduction, 600, false);
        }
    }

    /** What a training came to. */
    record Outcome(
            String checksum,
            double seconds,
            long steps,
            long tasksRunAgain,
            long tasksFailed,
            List<String> warnings,
            Set<String> arithmetic) {}

    /** What a test does while a training runs. */
    interface Deed {
        /** Nothing. */
        Deed NONE = () -> {};

        void happen() throws Exception;
    }

    /** Trains on a thread, for the bits that are expected. */
    Rig() {
        spark = Sessions.open(Map.of("spark.master", "local[1]", "spark.ui.enabled", "false"));
        expected = train(Way.JOBS, Deed.NONE).checksum();
    }

    /** Moves to another cluster, unless it is there already; waits for its executors, and warms them up. */
    void open(String master, int count, Map<String, String> more) {
        Map<String, String> wanted = new HashMap<>();
        wanted.put("spark.master", master);
        wanted.put("spark.ui.enabled", "false");
        wanted.put("spark.driver.host", "127.0.0.1");
        wanted.put("spark.executor.cores", "1");
        wanted.put("spark.executor.memory", "512m");
        wanted.put("spark.plugins", FaultPlugin.class.getName());
        wanted.put("spark.executor.extraJavaOptions", Job.SHORT_LIVED);
        wanted.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
        // So that the tests need not wait for what a cluster is right to wait for.
        wanted.put("spark.executor.heartbeatInterval", "1s");
        wanted.put("spark.network.timeout", "10s");
        wanted.put("spark.network.timeoutInterval", "2s");
        wanted.putAll(more);
        executors = count;
        if (!wanted.equals(settings)) {
            spark.stop();
            executorsAdded.set(0);
            removals.clear();
            spark = Sessions.open(wanted);
            spark.sparkContext().addSparkListener(new Counting());
            settings = wanted;
            awaitExecutors();
            usual = Double.MAX_VALUE;
            for (int run = 0; run < 2; run++) { // JVMs start, Java compiles
                usual = Math.min(usual, train(Way.JOBS, Deed.NONE).seconds());
            }
        }
    }

    void awaitExecutors() {
        TestUtils$.MODULE$.waitUntilExecutorsUp(spark.sparkContext(), executors, 60_000);
    }

    private final class Counting extends SparkListener {
        @Override
        public void onTaskStart(SparkListenerTaskStart start) {
            if (start.taskInfo().attemptNumber() + start.stageAttemptId() > 0) {
                tasksRunAgain.incrementAndGet();
            }
        }

        @Override
        public void onTaskEnd(SparkListenerTaskEnd end) {
            if (!end.taskInfo().successful()) {
                tasksFailed.incrementAndGet();
            }
        }

        @Override
        public void onJobStart(SparkListenerJobStart start) {
            if (!start.properties().getProperty(Purpose.ATTEMPT, "0").equals("0")) {
                CollectionConverters.asJava(start.stageInfos()).stream()
                        .max(Comparator.comparingInt(StageInfo::stageId)) // the one with the results
                        .ifPresent(stage -> tasksRunAgain.addAndGet(stage.numTasks()));
            }
        }

        @Override
        public void onExecutorAdded(SparkListenerExecutorAdded executor) {
            executorsAdded.incrementAndGet();
        }

        @Override
        public void onExecutorRemoved(SparkListenerExecutorRemoved executor) {
            removals.add(executor.reason());
        }
    }

    /** One of the executors, which are children of this process. */
    static long executor() {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow()
                .pid();
    }

    static Process shell(String command) throws IOException {
        return new ProcessBuilder("sh", "-c", command).inheritIO().start();
    }

    /** Has the executors do something that is not of the training. */
    void runJob() {
        assertEquals(100, spark.range(100).count());
    }

    /** Executors that came to this cluster. */
    long executorsAdded() {
        return executorsAdded.get();
    }

    /** Waits until executors have gone {@code count} times. */
    void awaitRemovals(int count) throws InterruptedException {
        long end = System.nanoTime() + WATCHDOG.toNanos();
        while (removals.size() < count) {
            assertTrue(System.nanoTime() < end, "only these executors went: " + removals);
            Thread.sleep(50);
        }
    }

    /** Why executors went. */
    List<String> removals() {
        return removals;
    }

    /**
     * Trains while something happens, and has the table tell what it cost; the bits are the expected ones, and no step is
     * made twice.
     *
     * @param deed done in the second epoch: while its next steps are made, or where tasks stay, while they wait for the driver
     */
    Outcome survives(String name, Way way, Deed deed, Fault... faults) {
        Outcome outcome = assertTimeoutPreemptively(WATCHDOG, () -> train(way, deed, faults));
        long repeated = outcome.steps() - STEPS;
        FaultTable.add(
                name,
                outcome.checksum().equals(expected) ? "equal bits" : "OTHER BITS",
                outcome.seconds() - usual,
                repeated,
                outcome.tasksRunAgain());
        assertEquals(expected, outcome.checksum());
        assertEquals(0, repeated, "steps that were repeated");
        return outcome;
    }

    /** Trains where most shards have no rows in an epoch's last step: both ways come to the same bits. */
    void agreesOnShardsWithoutRows() {
        Outcome byJobs = train(Way.JOBS, Subject.OF_ONE_AT_LAST, Deed.NONE);
        Outcome resident = train(Way.RESIDENT, Subject.OF_ONE_AT_LAST, Deed.NONE);
        assertEquals(STEPS, resident.steps());
        assertEquals(byJobs.checksum(), resident.checksum());
    }

    /** From the file to the parameters. */
    Outcome train(Way way, Deed deed, Fault... faults) {
        return train(way, Subject.USUAL, deed, faults);
    }

    private Outcome train(Way way, Subject subject, Deed deed, Fault... faults) {
        tasksRunAgain.set(0);
        tasksFailed.set(0);
        long start = System.nanoTime();
        Settings options = Settings.of(Task.CLASSIFICATION)
                .with(Keys.RECIPE, Recipe.PLAIN)
                .with(Keys.EPOCHS, 3)
                .with(Keys.BATCH_SIZE, new BatchSize(subject.batch()))
                .with(Keys.REDUCTION, way.reduction())
                .with(Keys.ROUNDS, way.rounds())
                .with(Keys.ROUND_TIMEOUT, way.timeoutSeconds())
                .withSome(Keys.SHARDS, 8);
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Source source = new Source("csv", true, List.of());
        TrainingData data = TrainingData.prepare(
                new Reader(spark).read(DATA, source, OptionalInt.empty()),
                DATA,
                new TrainingData.Options(
                        true, "Class", List.of(), List.of(), RowOrder.OF_FILES, 0, 1, options::shardCount));
        try {
            context.setLocalProperty(
                    Fault.PROPERTY, faults.length == 0 ? null : Fault.format(++trainings, List.of(faults)));
            Watch watch = new Watch(way, deed);
            Trainer.Result result = new Trainer(Passes.of(context, way.reduction()), subject.network(), options)
                    .train(data.training(), data.heldOut(), watch);
            watch.done.join();
            return new Outcome(
                    Model.checksum(result.parameters()),
                    (System.nanoTime() - start) / 1e9,
                    watch.steps,
                    tasksRunAgain.get(),
                    tasksFailed.get(),
                    watch.warnings,
                    result.numerics());
        } finally {
            context.setLocalProperty(Fault.PROPERTY, null);
            data.training().chunks().unpersist();
        }
    }

    private static final class Watch implements TrainingListener {
        private static final long DAWDLE_MILLIS = 300;

        private final Way way;
        private final Deed deed;
        private final List<String> warnings = new ArrayList<>();
        private CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
        private boolean isSecond;
        private long steps;
        private long last;

        Watch(Way way, Deed deed) {
            this.way = way;
            this.deed = deed;
        }

        @Override
        public void round(RoundReport round, TrainingState state) {
            steps += round.step() - last;
            last = round.step();
            if (round.epoch() == 2 && !isSecond) {
                isSecond = true;
                if (way.equals(Way.STAYING)) {
                    happen(); // while tasks wait
                } else {
                    done = CompletableFuture.runAsync(this::happen);
                }
            }
        }

        private void happen() {
            try {
                deed.happen();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void epoch(EpochReport epoch, TrainingState state) {
            if (way.dawdles()) {
                try {
                    Thread.sleep(DAWDLE_MILLIS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        @Override
        public void warned(String warning) {
            warnings.add(warning);
        }
    }

    /** Leaves the cluster. */
    void leave() {
        spark.stop();
        settings = Map.of();
    }

    @Override
    public void close() {
        spark.stop();
    }
}
