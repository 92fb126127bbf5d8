package dev.adjoint.driver.rounds;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What a pass is for: local properties of its Spark job, and a sentence for Spark's UI and event log.
 *
 * @param phase what is done
 * @param epoch from 1; 0 outside of epochs
 * @param step of the training, from 1: the first one that the pass makes or takes part in; 0 outside of steps
 * @param description asked for where there is a job: a step of a small net takes less time than its sentence
 */
public record Purpose(Phase phase, int epoch, long step, Supplier<String> description) {
    public static final String PHASE = "adjoint.phase";
    public static final String EPOCH = "adjoint.epoch";
    public static final String STEP = "adjoint.step";
    /** How often the driver had a job run before that failed; where Spark runs tasks again by itself, none. */
    public static final String ATTEMPT = "adjoint.attempt";

    /** What is done in a pass. */
    public enum Phase {
        /** A round of a training. */
        ROUND,
        /** The metrics of a set of examples. */
        EVALUATION,
        /** A round that diverged, once more, to see where. */
        DIAGNOSIS
    }

    /** Metrics of a set of so many examples, outside of a training. */
    public static Purpose evaluation(long examples) {
        return new Purpose(Phase.EVALUATION, 0, 0, () -> "evaluation of %,d examples".formatted(examples));
    }

    /** Runs {@code jobs} with these properties; those that this thread had before come back. */
    public <T> T during(JavaSparkContext context, Supplier<T> jobs) {
        Map<String, String> properties = Map.of(
                LocalProperties.DESCRIPTION,
                description.get(),
                PHASE,
                phase.name(),
                EPOCH,
                String.valueOf(epoch),
                STEP,
                String.valueOf(step));
        return LocalProperties.during(context.sc(), properties, jobs);
    }
}
