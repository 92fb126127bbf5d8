package dev.adjoint.faults;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.settings.Keys;
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
                RIG.survives("no fault, executors: " + executors, Rig.Way.JOBS, Rig.Deed.NONE);
                if (executors > 1) { // there are two tasks at least
                    RIG.survives("resident: no fault, executors: " + executors, Rig.Way.STAYING, Rig.Deed.NONE);
                    RIG.agreesOnShardsWithoutRows();
                }
            }));
        }
        // On the two that are there now.
        for (ReductionKind kind : List.of(ReductionKind.IN_ORDER, ReductionKind.SLICED)) {
            tests.add(survives("no fault, reduction " + kind, Rig.Way.by(kind)));
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
                Rig.Way.by(ReductionKind.SLICED),
                new Fault(Action.KILL, Phase.REDUCE, 2, Rig.STEP, 1, 1, 0)));
        tests.add(survives(
                "a task fails between map and reduce",
                Rig.Way.by(ReductionKind.SLICED),
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
        tests.addAll(resident(gaveUp));
        return tests.stream();
    }

    /** The eight rounds of an epoch are one job, where the driver dawdles: a fault is in that of the second one. */
    private static List<DynamicTest> resident(String gaveUp) {
        List<DynamicTest> tests = new ArrayList<>();
        Rig.Way way = Rig.Way.RESIDENT;
        tests.add(
                survives("resident: a task fails before it computes", way, in(Action.INTERRUPT, Phase.START, 1, 1, 0)));
        tests.add(survives("resident: a task fails at its end", way, in(Action.THROW, Phase.END, 1, 1, 0)));
        tests.add(survives(
                "resident: an executor is killed before it computes", way, in(Action.KILL, Phase.START, 1, 1, 0)));
        tests.add(survives(
                "resident: an executor is killed while it waits for another's sums",
                way,
                in(Action.DELAY, Phase.START, 0, 1, 1_500),
                in(Action.KILL, Phase.LATER, 1, 1, 500)));
        tests.add(survives(
                "resident: an executor is killed while another waits for its sums",
                way,
                // In this order: the task sleeps when it has been said that it will be killed meanwhile.
                in(Action.KILL, Phase.LATER, 1, 1, 500),
                in(Action.DELAY, Phase.START, 1, 1, 1_500)));
        tests.add(survives(
                "resident: an executor is killed when it has computed", way, in(Action.KILL, Phase.END, 1, 1, 0)));
        tests.add(survives(
                "resident: the same task's executor is killed three times",
                way,
                in(Action.KILL, Phase.START, 1, 3, 0)));
        tests.add(survives("resident: all executors are killed", way, in(Action.KILL, Phase.START, -1, 1, 0)));
        tests.add(survives("resident: the cached data is evicted", way, in(Action.EVICT, Phase.START, 1, 1, 0)));
        tests.add(survives("resident: a slow task", way, in(Action.DELAY, Phase.START, 1, 1, 2_000)));
        tests.add(survives(
                "resident: an executor stands still for longer than Spark waits",
                way,
                in(Action.PAUSE, Phase.START, 1, 1, 14_000)));
        tests.add(survivesWaiting(
                "resident: an executor is killed while its task waits for the driver",
                1,
                () -> Rig.shell("kill -KILL " + Rig.executor()).waitFor()));
        tests.add(survivesWaiting(
                "resident: an executor stands still for longer than Spark waits, while its task waits for the driver",
                1,
                () -> {
                    long executor = Rig.executor();
                    Rig.shell("kill -STOP " + executor).waitFor();
                    Rig.shell("sleep 14; kill -CONT " + executor);
                }));
        tests.add(survivesWaiting("resident: the driver has another job, while tasks wait for it", 0, RIG::runJob));
        Fault late = in(Action.DELAY, Phase.START, 1, 99, 1_800);
        String nothing = "the executors could not exchange their sums: nothing came from task ";
        tests.add(fails("resident: a task is late always", nothing, Rig.Way.impatient(Keys.Rounds.RESIDENT), late));
        tests.add(dynamicTest("resident by itself: a task is late always", () -> {
            Rig.Outcome outcome = RIG.survives(
                    "resident by itself: a task is late always",
                    Rig.Way.impatient(Keys.Rounds.AUTO),
                    Rig.Deed.NONE,
                    late);
            assertTrue(
                    outcome.warnings().stream()
                            .anyMatch(warning -> warning.contains("each step is a Spark job from now on")),
                    outcome.warnings().toString());
        }));
        tests.add(fails(
                "resident: an executor dies of a task always", gaveUp, way, in(Action.KILL, Phase.START, 1, 99, 0)));
        return tests;
    }

    /** In the second epoch's job. */
    private static Fault in(Action action, Phase phase, int partition, int attempts, long millis) {
        return new Fault(action, phase, 2, 0, partition, attempts, millis);
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
        return survives(name, Rig.Way.JOBS, faults);
    }

    private static DynamicTest survives(String name, Rig.Way way, Fault... faults) {
        return dynamicTest(name, () -> {
            RIG.awaitExecutors();
            Rig.Outcome outcome = RIG.survives(name, way, Rig.Deed.NONE, faults);
            boolean happens = Stream.of(faults)
                    .anyMatch(fault -> fault.action() != Action.DELAY && fault.action() != Action.EVICT);
            assertTrue(!happens || outcome.tasksFailed() > 0, "the fault did not happen");
            // At its end a resident task has brought what it came to.
            boolean isLate = way.rounds() == Keys.Rounds.RESIDENT
                    && Stream.of(faults).allMatch(fault -> fault.phase() == Phase.END);
            assertTrue(!happens || isLate || outcome.tasksRunAgain() > 0, "no task ran again");
        });
    }

    /** While tasks wait for what is next. */
    private static DynamicTest survivesWaiting(String name, long failed, Rig.Deed deed) {
        return dynamicTest(name, () -> {
            RIG.awaitExecutors();
            Rig.Outcome outcome = RIG.survives(name, Rig.Way.STAYING, deed);
            assertTrue(outcome.tasksFailed() >= failed, "the fault did not happen");
        });
    }

    private static DynamicTest fails(String name, String expected, Fault fault) {
        return fails(name, expected, Rig.Way.JOBS, fault);
    }

    private static DynamicTest fails(String name, String expected, Rig.Way way, Fault fault) {
        return dynamicTest(name, () -> {
            RIG.awaitExecutors();
            TrainingException e = Assertions.assertTimeoutPreemptively(
                    Duration.ofMinutes(2),
                    () -> assertThrows(TrainingException.class, () -> RIG.train(way, Rig.Deed.NONE, fault)));
            String message = String.valueOf(e.getMessage());
            assertTrue(message.startsWith(expected), message);
            FaultTable.add(name, "stated error");
            RIG.awaitExecutors();
            RIG.survives(name + "; the next training", way.patient(), Rig.Deed.NONE);
        });
    }
}
