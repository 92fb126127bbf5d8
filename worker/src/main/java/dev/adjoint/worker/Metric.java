package dev.adjoint.worker;

/**
 * What says which epoch of a training is better, by what was measured on rows that were not learned from.
 *
 * <pre>{@code
 * public record Missed(double costOfFalseAlarm) implements Metric {
 *     public double of(Evaluation evaluation) {
 *         ClassMetrics classes = evaluation.classMetrics().orElseThrow();
 *         return classes.confusion(1, 0) + costOfFalseAlarm * classes.confusion(0, 1);
 *     }
 * }
 * }</pre>
 *
 * <p>The driver calls it, once an epoch. As with a loss, a job file names a user's class, whose options are the components of a record.
 */
@FunctionalInterface
public interface Metric {
    /** The less, the better; one that is no number is never better. */
    double of(Evaluation evaluation);

    /** Whether it needs {@link Evaluation#classMetrics}, where classes are predicted, which take more time than losses and hits. */
    default boolean looksAtClasses() {
        return true;
    }
}
