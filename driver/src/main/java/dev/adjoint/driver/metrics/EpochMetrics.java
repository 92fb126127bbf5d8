package dev.adjoint.driver.metrics;

import dev.adjoint.driver.training.TrainingListener.EpochReport;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * One epoch, in numbers. What is there but no finite number (the loss of an epoch without weight) is left out.
 *
 * @param time when it ended
 * @param step the last one made, over all epochs
 * @param loss the weighted mean over its examples, each before its update
 * @param validationLoss on the rows that are not learned from
 * @param validationAccuracy likewise, of classes
 * @param learningRate of the last step
 * @param examples that it took; where the training was resumed in it, since then
 * @param seconds likewise
 */
record EpochMetrics(
        Instant time,
        int epoch,
        long step,
        OptionalDouble loss,
        OptionalDouble validationLoss,
        OptionalDouble validationAccuracy,
        OptionalDouble learningRate,
        long examples,
        double seconds) {
    static EpochMetrics of(EpochReport report) {
        return new EpochMetrics(
                Instant.now(),
                report.epoch(),
                report.step(),
                finite(Stream.of(report.loss())),
                finite(report.validationLoss().stream()),
                finite(report.validationAccuracy().stream()),
                report.learningRate(),
                report.examples(),
                report.nanos() / 1e9);
    }

    private static OptionalDouble finite(Stream<Double> value) {
        return value.mapToDouble(Double::doubleValue).filter(Double::isFinite).findFirst();
    }

    double examplesPerSecond() {
        return examples / Math.max(seconds, 1e-9);
    }

    /** What there is, by the names that trackers draw curves by. */
    Map<String, Double> scalars() {
        Map<String, Double> scalars = new LinkedHashMap<>();
        loss.ifPresent(value -> scalars.put("loss", value));
        validationLoss.ifPresent(value -> scalars.put("validation/loss", value));
        validationAccuracy.ifPresent(value -> scalars.put("validation/accuracy", value));
        learningRate.ifPresent(value -> scalars.put("learning_rate", value));
        scalars.put("examples_per_second", examplesPerSecond());
        return scalars;
    }
}
