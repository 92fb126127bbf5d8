package dev.adjoint.bench;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.adjoint.driver.Trainer;
import dev.adjoint.driver.TrainingOptions;
import dev.adjoint.driver.TrainingOptions.Synchronise;
import dev.adjoint.model.Network;
import java.util.OptionalInt;
import org.apache.spark.api.java.JavaSparkContext;

/** A way in which Adjoint trains. */
enum Mode {
    /** A replica a core, each with steps of its own; averaged once an epoch. */
    LOCAL_STEPS("local-steps", Integer.MAX_VALUE) {
        @Override
        Trainer trainer(JavaSparkContext context, Network network, TrainingOptions options) {
            return new Trainer(context, network, options);
        }

        @Override
        TrainingOptions options(Batch batch, int epochs, int cores) {
            return synchronised(
                    batch, epochs, new Synchronise.EveryEpoch(), OptionalInt.of(Integer.highestOneBit(cores)));
        }
    },
    /** Exact synchronous descent by the threads of one JVM: what local mode does. */
    ONE_JVM("one-jvm", Integer.MAX_VALUE) {
        @Override
        Trainer trainer(JavaSparkContext context, Network network, TrainingOptions options) {
            return new Trainer(context, network, options);
        }
    },
    /** The same with a Spark job for each step, as on a cluster. */
    JOB_A_ROUND("job-a-round", 32) {
        @Override
        Trainer trainer(JavaSparkContext context, Network network, TrainingOptions options) {
            return Trainer.withJobPerRound(context, network, options);
        }
    };

    private final String id;
    private final int mostSteps;

    /** An epoch has {@code mostSteps} steps at most, so that it ends in sensible time. */
    Mode(String id, int mostSteps) {
        this.id = id;
        this.mostSteps = mostSteps;
    }

    abstract Trainer trainer(JavaSparkContext context, Network network, TrainingOptions options);

    TrainingOptions options(Batch batch, int epochs, int cores) {
        return synchronised(batch, epochs, new Synchronise.EveryStep(), OptionalInt.empty());
    }

    static TrainingOptions synchronised(Batch batch, int epochs, Synchronise synchronise, OptionalInt shards) {
        return new TrainingOptions(
                epochs, batch.option(), synchronise, Workload.LEARNING_RATE, Workload.MOMENTUM, 0, 1, shards);
    }

    /** How many of {@code rows} examples an epoch takes. */
    int rows(int rows, Batch batch) {
        return (int) Math.min(rows, (long) batch.size() * mostSteps);
    }

    @Override
    @JsonValue
    public String toString() {
        return id;
    }
}
