package dev.adjoint.bench;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Recipe;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.Synchronise;
import dev.adjoint.driver.settings.Task;
import dev.adjoint.driver.training.Trainer;
import org.apache.spark.api.java.JavaSparkContext;

/** A way in which Adjoint trains. */
enum Mode {
    /** A replica a core, each with steps of its own; averaged once an epoch. */
    LOCAL_STEPS("local-steps", Integer.MAX_VALUE) {
        @Override
        Settings settings(Batch batch, int epochs, int cores) {
            return super.settings(batch, epochs, cores)
                    .with(Keys.SYNCHRONISE, Synchronise.EVERY_EPOCH)
                    .withSome(Keys.SHARDS, Integer.highestOneBit(cores));
        }
    },
    /** Exact synchronous descent by the threads of one JVM: what local mode does. */
    ONE_JVM("one-jvm", Integer.MAX_VALUE),
    /** The same by executor processes of one core each, which make many steps in one job and exchange their gradients. */
    RESIDENT("resident", Integer.MAX_VALUE) {
        @Override
        String master(int cores) {
            return "local-cluster[%d,1,%d]".formatted(cores, MEGABYTES);
        }

        @Override
        Settings settings(Batch batch, int epochs, int cores) {
            return super.settings(batch, epochs, cores).with(Keys.ROUNDS, Keys.Rounds.RESIDENT);
        }
    },
    /** The same with a Spark job for each step. */
    JOB_A_STEP("job-a-step", 32);

    /** Of an executor's heap, and of a worker. */
    private static final int MEGABYTES = 2048;

    private final String id;
    private final int mostSteps;

    /** An epoch has {@code mostSteps} steps at most, so that it ends in sensible time. */
    Mode(String id, int mostSteps) {
        this.id = id;
        this.mostSteps = mostSteps;
    }

    /** Where it runs. */
    String master(int cores) {
        return "local[" + cores + "]";
    }

    Trainer trainer(JavaSparkContext context, Net net, Settings settings) {
        Passes passes = Passes.of(context, ReductionKind.AUTO);
        return new Trainer(this == JOB_A_STEP ? passes.byJobs() : passes, net.network(), settings);
    }

    Settings settings(Batch batch, int epochs, int cores) {
        return settings(batch, epochs);
    }

    static Settings settings(Batch batch, int epochs) {
        return Settings.of(Task.CLASSIFICATION)
                .with(Keys.RECIPE, Recipe.PLAIN)
                .with(Keys.EPOCHS, epochs)
                .with(Keys.BATCH_SIZE, batch.option())
                .withSome(Keys.LEARNING_RATE, Workload.LEARNING_RATE)
                .with(Keys.MOMENTUM, Workload.MOMENTUM)
                .with(Keys.L2, 0.0);
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
