package dev.adjoint.driver;

import dev.adjoint.worker.Evaluation;
import java.util.Optional;

/** Measures an epoch while it runs. */
final class EpochMeter {
    private final int epoch;
    private final int epochs;
    private final int rounds;
    private final long start = System.nanoTime();

    private int done;
    private long examples;
    private double weightedLoss;
    private Phases phases = Phases.NONE;

    EpochMeter(int epoch, int epochs, int rounds) {
        this.epoch = epoch;
        this.epochs = epochs;
        this.rounds = rounds;
    }

    TrainingListener.RoundReport round(long step, double loss, long examplesOfRound, Phases phasesOfRound) {
        done++;
        examples += examplesOfRound;
        weightedLoss += loss * examplesOfRound;
        phases = phases.plus(phasesOfRound);
        return new TrainingListener.RoundReport(
                step, epoch, epochs, done, rounds, loss, examples, System.nanoTime() - start);
    }

    TrainingListener.EpochReport epoch(long step, Optional<Evaluation> validation) {
        long nanos = System.nanoTime() - start;
        return new TrainingListener.EpochReport(
                step, epoch, epochs, weightedLoss / examples, validation, examples, nanos, phases);
    }
}
