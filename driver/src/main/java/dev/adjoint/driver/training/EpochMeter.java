package dev.adjoint.driver.training;

import dev.adjoint.driver.rounds.Phases;
import dev.adjoint.driver.training.TrainingState.Position;
import dev.adjoint.worker.Evaluation;
import java.util.Optional;
import java.util.OptionalDouble;

/** Measures an epoch while it runs; of one that was resumed, what is left of it. */
final class EpochMeter {
    private final int epochs;
    private final int rounds;
    private final long start = System.nanoTime();
    private final long examplesBefore;

    private Phases phases = Phases.NONE;

    EpochMeter(TrainingState state, int epochs, int rounds) {
        this.epochs = epochs;
        this.rounds = rounds;
        this.examplesBefore = state.position().examples();
    }

    TrainingListener.RoundReport round(TrainingState state, double loss, Phases phasesOfRound) {
        phases = phases.plus(phasesOfRound);
        Position position = state.position();
        return new TrainingListener.RoundReport(
                state.step(),
                position.epoch(),
                epochs,
                position.round(),
                rounds,
                loss,
                position.examples() - examplesBefore,
                System.nanoTime() - start);
    }

    TrainingListener.EpochReport epoch(
            TrainingState state,
            Optional<Evaluation> validation,
            OptionalDouble learningRate,
            Optional<Health> health) {
        long nanos = System.nanoTime() - start;
        Position position = state.position();
        return new TrainingListener.EpochReport(
                state.step(),
                position.epoch(),
                epochs,
                position.loss() / position.weight(),
                validation,
                learningRate,
                position.examples() - examplesBefore,
                nanos,
                phases,
                health);
    }
}
