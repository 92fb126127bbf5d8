package dev.adjoint.ml;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.adjoint.driver.Trained;
import dev.adjoint.driver.training.TrainingListener.EpochReport;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * One epoch of a fit, as a model remembers it.
 *
 * @param step the last one made, over all epochs
 * @param loss the mean over the epoch's examples, each before its update
 * @param validationLoss on the rows that are not learned from; null where there are none
 * @param validationAccuracy likewise, of classes
 * @param learningRate of the last step; null where steps have none
 */
public record Epoch(
        @JsonProperty("epoch") int epoch,
        @JsonProperty("step") long step,
        @JsonProperty("loss") double loss,
        @JsonProperty("validationLoss") @Nullable Double validationLoss,
        @JsonProperty("validationAccuracy") @Nullable Double validationAccuracy,
        @JsonProperty("learningRate") @Nullable Double learningRate,
        @JsonProperty("examples") long examples,
        @JsonProperty("seconds") double seconds)
        implements Serializable {
    static final StructType SCHEMA = new StructType()
            .add("epoch", DataTypes.IntegerType, false)
            .add("step", DataTypes.LongType, false)
            .add("loss", DataTypes.DoubleType, false)
            .add("validationLoss", DataTypes.DoubleType, true)
            .add("validationAccuracy", DataTypes.DoubleType, true)
            .add("learningRate", DataTypes.DoubleType, true)
            .add("examples", DataTypes.LongType, false)
            .add("seconds", DataTypes.DoubleType, false);

    static List<Epoch> of(Trained trained) {
        return trained.history().stream().map(Epoch::of).toList();
    }

    private static Epoch of(EpochReport report) {
        return new Epoch(
                report.epoch(),
                report.step(),
                report.loss(),
                report.validationLoss().orElse(null),
                report.validationAccuracy().orElse(null),
                report.learningRate().isPresent()
                        ? (Double) report.learningRate().getAsDouble()
                        : null,
                report.examples(),
                report.nanos() / 1e9);
    }

    Row row() {
        return RowFactory.create(
                epoch, step, loss, validationLoss, validationAccuracy, learningRate, examples, seconds);
    }
}
