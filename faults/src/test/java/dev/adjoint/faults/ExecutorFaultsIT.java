package dev.adjoint.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.data.Reader;
import dev.adjoint.data.RowOrder;
import dev.adjoint.data.TrainingData;
import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.Trainer;
import dev.adjoint.driver.TrainingException;
import dev.adjoint.driver.TrainingListener;
import dev.adjoint.driver.TrainingOptions;
import dev.adjoint.driver.TrainingOptions.BatchSize;
import dev.adjoint.driver.TrainingOptions.Divergence;
import dev.adjoint.driver.TrainingOptions.ReductionKind;
import dev.adjoint.driver.TrainingOptions.Synchronise;
import dev.adjoint.faults.Fault.Action;
import dev.adjoint.faults.Fault.Phase;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Model;
import dev.adjoint.model.Network;
import dev.adjoint.model.Source;
import dev.adjoint.model.StandardLoss;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.spark.TestUtils$;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Executors are processes of their own; a training on them meets a fault, and comes to the bits of one that met none. */
@ExtendWith(FaultTable.class)
class ExecutorFaultsIT {
    private static final Network NETWORK =
            new Network(64, List.of(32), Activation.RELU, 10, StandardLoss.SOFTMAX_CROSS_ENTROPY);
    private static final String DATA = "../conf/data/optdigits-train.csv";
    /** 3823 examples are 8 steps an epoch. */
    private static final int BATCH = 512;

    private static final Duration WATCHDOG = Duration.ofMinutes(2);
    private static final AtomicLong REPEATED = new AtomicLong();
    private static final AtomicLong ROUNDS = new AtomicLong();
    private static final int ROUNDS_OF_TRAINING = 3 * 8;
    private static final AtomicInteger TRAININGS = new AtomicInteger();

    @TempDir
    private static Path folder = Path.of("");

    private static String expected = "";
    private static Map<String, String> settings = Map.of();
    private static SparkSession spark = Sessions.open(Map.of("spark.master", "local[1]", "spark.ui.enabled", "false"));
    private static double usual;

    @BeforeAll
    static void trainWithoutFaults() {
        expected = train(ReductionKind.AUTO, List.of());
        open("local-cluster[2,1,1024]", Map.of());
        long start = System.nanoTime();
        assertEquals(expected, train(ReductionKind.AUTO, List.of()), "without faults");
        usual = seconds(start);
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    /** Another cluster, unless it is the one that is there. */
    private static void open(String master, Map<String, String> more) {
        Map<String, String> wanted = new HashMap<>(more);
        wanted.put("spark.master", master);
        wanted.put("spark.ui.enabled", "false");
        wanted.put("spark.driver.host", "127.0.0.1");
        wanted.put("spark.plugins", FaultPlugin.class.getName());
        wanted.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
        // So that the tests need not wait for what a cluster is right to wait for.
        wanted.putIfAbsent("spark.executor.heartbeatInterval", "1s");
        wanted.putIfAbsent("spark.network.timeout", "10s");
        wanted.putIfAbsent("spark.network.timeoutInterval", "2s");
        if (!wanted.equals(settings)) {
            spark.stop();
            spark = Sessions.open(wanted);
            spark.sparkContext().addSparkListener(new Counting());
            settings = wanted;
            awaitExecutors(master);
            train(ReductionKind.AUTO, List.of()); // JVMs start, Java compiles
        }
    }

    private static final class Counting extends SparkListener {
        @Override
        public void onTaskStart(SparkListenerTaskStart start) {
            if (start.taskInfo().attemptNumber() + start.stageAttemptId() > 0) {
                REPEATED.incrementAndGet();
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> aFaultChangesNoBitOrIsAStatedError() {
        String two = "local-cluster[2,1,1024]";
        Map<String, String> none = Map.of();
        List<DynamicTest> tests = new ArrayList<>();
        for (int cores : new int[] {1, 4, 2}) {
            tests.add(survives(
                    "no fault, %d executors".formatted(cores), "local-cluster[%d,1,1024]".formatted(cores), none));
        }
        tests.add(survives("a task fails", two, none, at(Action.THROW, Phase.END, 1)));
        tests.add(survives("a task fails three times", two, none, at(Action.THROW, Phase.END, 3)));
        tests.add(survives("an executor is killed before it computes", two, none, at(Action.KILL, Phase.START, 1)));
        tests.add(survives("an executor is killed when it has computed", two, none, at(Action.KILL, Phase.END, 1)));
        tests.add(
                survives("the same task's executor is killed three times", two, none, at(Action.KILL, Phase.START, 3)));
        tests.add(survives(
                "all executors are killed", two, none, new Fault(Action.KILL, Phase.START, 2, BATCH, -1, 1, 0)));
        tests.add(survives("the cached data is evicted", two, none, at(Action.EVICT, Phase.START, 1)));
        tests.add(survives(
                "an executor stands still for longer than Spark waits",
                two,
                none,
                new Fault(Action.PAUSE, Phase.START, 2, BATCH, 1, 1, 14_000)));
        for (ReductionKind kind : List.of(ReductionKind.IN_ORDER, ReductionKind.SLICED)) {
            tests.add(survives("no fault, reduction " + kind, two, none, kind));
        }
        tests.add(survives(
                "an executor is killed between map and reduce",
                two,
                none,
                ReductionKind.SLICED,
                new Fault(Action.KILL, Phase.REDUCE, 2, BATCH, 1, 1, 0)));
        tests.add(survives(
                "a task fails between map and reduce",
                two,
                none,
                ReductionKind.SLICED,
                new Fault(Action.THROW, Phase.REDUCE, 2, BATCH, 0, 1, 0)));
        for (int seed = 1; seed <= 20; seed++) {
            tests.add(survives("random delays, run " + seed, two, none, delays(seed)));
        }
        tests.add(fails("a task fails always", at(Action.THROW, Phase.END, 99)));
        tests.add(fails("an executor dies of a task always", at(Action.KILL, Phase.START, 99)));
        tests.add(dynamicTest("a straggler, with speculation", () -> {
            // Spark copies no task to the host that it is slow on.
            try (StandAlone cluster = StandAlone.start(folder, Map.of())) {
                survives(
                                "a straggler, with speculation",
                                cluster.url(),
                                Map.of("spark.speculation", "true", "spark.speculation.interval", "50ms"),
                                new Fault(Action.DELAY, Phase.START, 2, -1, 1, 1, 1_000))
                        .getExecutable()
                        .execute();
            }
        }));
        return tests.stream();
    }

    /** In the second epoch's second step, in the task of partition 1. */
    private static Fault at(Action action, Phase phase, int attempts) {
        return new Fault(action, phase, 2, BATCH, 1, attempts, 0);
    }

    private static Fault[] delays(long seed) {
        Random random = new Random(seed);
        return Stream.generate(() -> new Fault(
                        Action.DELAY,
                        random.nextBoolean() ? Phase.START : Phase.END,
                        1 + random.nextInt(3),
                        (long) BATCH * random.nextInt(8),
                        random.nextInt(2),
                        1,
                        random.nextInt(100)))
                .limit(16)
                .toArray(Fault[]::new);
    }

    private static DynamicTest survives(String name, String master, Map<String, String> more, Fault... faults) {
        return survives(name, master, more, ReductionKind.AUTO, faults);
    }

    private static DynamicTest survives(
            String name, String master, Map<String, String> more, ReductionKind kind, Fault... faults) {
        return dynamicTest(name, () -> {
            open(master, more);
            awaitExecutors(master);
            REPEATED.set(0);
            ROUNDS.set(0);
            long start = System.nanoTime();
            String actual = Assertions.assertTimeoutPreemptively(WATCHDOG, () -> train(kind, List.of(faults)));
            double took = seconds(start);
            FaultTable.add(
                    name,
                    actual.equals(expected) ? "equal bits" : "OTHER BITS",
                    took - usual,
                    ROUNDS.get() - ROUNDS_OF_TRAINING,
                    REPEATED.get());
            assertEquals(expected, actual);
            boolean runsAgain = settings.containsKey("spark.speculation")
                    || Stream.of(faults).anyMatch(f -> f.action() != Action.DELAY && f.action() != Action.EVICT);
            assertTrue(!runsAgain || REPEATED.get() > 0, "the fault did not happen");
        });
    }

    private static DynamicTest fails(String name, Fault fault) {
        return dynamicTest(name, () -> {
            String master = "local-cluster[2,1,1024]";
            open(master, Map.of());
            awaitExecutors(master);
            REPEATED.set(0);
            TrainingException e = Assertions.assertTimeoutPreemptively(
                    WATCHDOG,
                    () -> assertThrows(TrainingException.class, () -> train(ReductionKind.AUTO, List.of(fault))));
            String message = String.valueOf(e.getMessage());
            assertTrue(message.startsWith("Spark gave up: Job aborted due to stage failure"), message);
            FaultTable.add(name, "stated error");
            awaitExecutors(master);
            assertEquals(expected, train(ReductionKind.AUTO, List.of()), "the next training");
        });
    }

    private static void awaitExecutors(String master) {
        int executors = master.startsWith("spark:") ? 2 : Integer.parseInt(master.replaceAll("\\D*(\\d+),.*", "$1"));
        TestUtils$.MODULE$.waitUntilExecutorsUp(spark.sparkContext(), executors, 60_000);
    }

    /** From the file to the parameters. */
    private static String train(ReductionKind kind, List<Fault> faults) {
        TrainingOptions options = new TrainingOptions(
                3,
                new BatchSize.Of(BATCH),
                new Synchronise.EveryStep(),
                0.05,
                0.9,
                0.0005,
                1,
                OptionalInt.of(8),
                Divergence.STOP,
                kind);
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Source source = new Source("csv", true, List.of());
        TrainingData data = TrainingData.prepare(
                new Reader(spark).read(DATA, source, OptionalInt.empty()),
                DATA,
                new TrainingData.Options(
                        true, "Class", List.of(), List.of(), RowOrder.OF_FILES, 0, 1, options::shardCount));
        try {
            context.setLocalProperty(
                    Fault.PROPERTY, faults.isEmpty() ? null : Fault.format(TRAININGS.incrementAndGet(), faults));
            Trainer.Result result = new Trainer(context, NETWORK, options)
                    .train(data.training(), data.heldOut(), new TrainingListener() {
                        @Override
                        public void round(RoundReport round) {
                            ROUNDS.incrementAndGet();
                        }
                    });
            return Model.checksum(result.parameters());
        } finally {
            context.setLocalProperty(Fault.PROPERTY, null);
            data.training().chunks().unpersist();
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
