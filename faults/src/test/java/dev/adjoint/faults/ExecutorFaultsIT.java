package dev.adjoint.faults;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.training.TrainingException;
import dev.adjoint.faults.Fault.Action;
import dev.adjoint.faults.Fault.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Executors are processes of their own; a training on them meets a fault, and comes to the bits of one that met none. */
@ExtendWith(FaultTable.class)
class ExecutorFaultsIT {
    private static final Rig RIG = new Rig();

    @AfterAll
    static void stop() {
        RIG.close();
    }

    private static void open(int executors) {
        RIG.open("local-cluster[%d,1,1024]".formatted(executors), executors, Map.of());
    }

    @TestFactory
    Stream<DynamicTest> aFaultChangesNoBitOrIsAStatedError() {
        List<DynamicTest> tests = new ArrayList<>();
        for (int executors : new int[] {1, 4, 2}) {
            tests.add(dynamicTest("%d executors".formatted(executors), () -> {
                open(executors);
                RIG.survives("no fault, executors: " + executors, ReductionKind.AUTO, Rig.Deed.NONE);
            }));
        }
        // On the two that are there now.
        for (ReductionKind kind : List.of(ReductionKind.IN_ORDER, ReductionKind.SLICED)) {
            tests.add(survives("no fault, reduction " + kind, kind));
        }
        tests.add(survives("a task fails", at(Action.THROW, Phase.END, 1)));
        tests.add(survives("a task fails three times", at(Action.THROW, Phase.END, 3)));
        tests.add(survives("an executor is killed before it computes", at(Action.KILL, Phase.START, 1)));
        tests.add(survives("an executor is killed when it has computed", at(Action.KILL, Phase.END, 1)));
        tests.add(survives("the same task's executor is killed three times", at(Action.KILL, Phase.START, 3)));
        tests.add(survives("all executors are killed", new Fault(Action.KILL, Phase.START, 2, Rig.STEP, -1, 1, 0)));
        tests.add(survives("the cached data is evicted", at(Action.EVICT, Phase.START, 1)));
        tests.add(survives(
                "an executor stands still for longer than Spark waits",
                new Fault(Action.PAUSE, Phase.START, 2, Rig.STEP, 1, 1, 14_000)));
        tests.add(survives(
                "an executor is killed between map and reduce",
                ReductionKind.SLICED,
                new Fault(Action.KILL, Phase.REDUCE, 2, Rig.STEP, 1, 1, 0)));
        tests.add(survives(
                "a task fails between map and reduce",
                ReductionKind.SLICED,
                new Fault(Action.THROW, Phase.REDUCE, 2, Rig.STEP, 0, 1, 0)));
        for (int seed = 1; seed <= 20; seed++) {
            tests.add(survives("random delays, seed " + seed, delays(seed)));
        }
        String gaveUp = "Spark gave up: Job aborted due to stage failure";
        tests.add(fails("a task fails always", gaveUp, at(Action.THROW, Phase.END, 99)));
        tests.add(fails("an executor dies of a task always", gaveUp, at(Action.KILL, Phase.START, 99)));
        // Partition 1 has the shards from 4 on.
        String diverged = "the loss is not a finite number at step 10 (epoch 2), in shard 4, from W1 to ";
        tests.add(fails("a shard's numbers are NaN", diverged, at(Action.GARBLE, Phase.START, 1)));
        return tests.stream();
    }

    /** In the second epoch's second step, in the task of partition 1. */
    private static Fault at(Action action, Phase phase, int attempts) {
        return new Fault(action, phase, 2, Rig.STEP, 1, attempts, 0);
    }

    private static Fault[] delays(long seed) {
        Random random = new Random(seed);
        return Stream.generate(() -> new Fault(
                        Action.DELAY,
                        random.nextBoolean() ? Phase.START : Phase.END,
                        0,
                        1 + 8L * random.nextInt(3) + random.nextInt(8),
                        random.nextInt(2),
                        1,
                        random.nextInt(100)))
                .limit(16)
                .toArray(Fault[]::new);
    }

    private static DynamicTest survives(String name, Fault... faults) {
        return survives(name, ReductionKind.AUTO, faults);
    }

    private static DynamicTest survives(String name, ReductionKind kind, Fault... faults) {
        return dynamicTest(name, () -> {
            RIG.awaitExecutors();
            Rig.Outcome outcome = RIG.survives(name, kind, Rig.Deed.NONE, faults);
            boolean runsAgain = Stream.of(faults)
                    .anyMatch(fault -> fault.action() != Action.DELAY && fault.action() != Action.EVICT);
            assertTrue(!runsAgain || outcome.tasksRunAgain() > 0, "the fault did not happen");
        });
    }

    private static DynamicTest fails(String name, String expected, Fault fault) {
        return dynamicTest(name, () -> {
            RIG.awaitExecutors();
            TrainingException e = Assertions.assertTimeoutPreemptively(
                    Duration.ofMinutes(2),
                    () -> assertThrows(
                            TrainingException.class, () -> RIG.train(ReductionKind.AUTO, Rig.Deed.NONE, fault)));
            String message = String.valueOf(e.getMessage());
            assertTrue(message.startsWith(expected), message);
            FaultTable.add(name, "stated error");
            RIG.awaitExecutors();
            RIG.survives(name + "; the next training", ReductionKind.AUTO, Rig.Deed.NONE);
        });
    }
}
