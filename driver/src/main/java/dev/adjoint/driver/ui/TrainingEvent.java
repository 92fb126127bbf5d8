package dev.adjoint.driver.ui;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.jspecify.annotations.Nullable;

/** What happens in a training, as Spark's event log keeps it: JSON, by the names of the components. */
public sealed interface TrainingEvent extends SparkListenerEvent {
    /** Which training of the application; trainings may run side by side. */
    String run();

    /** Milliseconds since 1970. */
    long time();

    /**
     * A training begins.
     *
     * @param title what is predicted of what
     * @param epochs at most
     * @param facts what is worth knowing of data and network, in this order
     */
    record Began(
            @JsonProperty("run") String run,
            @JsonProperty("time") long time,
            @JsonProperty("title") String title,
            @JsonProperty("epochs") int epochs,
            @JsonProperty("facts") Map<String, String> facts)
            implements TrainingEvent {}

    /**
     * An epoch is over, of those that are told of.
     *
     * @param loss the mean over the epoch's examples
     * @param validationLoss null where there are no rows to validate on
     * @param accuracy on these rows, null likewise, and where numbers are predicted
     * @param rate the learning rate of its last step; null where there is none
     * @param speed examples a second
     * @param compute the share of the time in which the slowest task computed
     * @param communicate in which parameters and gradients were sent, moved and added up, scheduling included
     * @param update in which the driver made steps
     * @param layers how they are, where that was looked at
     */
    record Epoch(
            @JsonProperty("run") String run,
            @JsonProperty("time") long time,
            @JsonProperty("epoch") int epoch,
            @JsonProperty("step") long step,
            @JsonProperty("loss") double loss,
            @JsonProperty("validationLoss") @Nullable Double validationLoss,
            @JsonProperty("accuracy") @Nullable Double accuracy,
            @JsonProperty("rate") @Nullable Double rate,
            @JsonProperty("speed") double speed,
            @JsonProperty("compute") double compute,
            @JsonProperty("communicate") double communicate,
            @JsonProperty("update") double update,
            @JsonProperty("layers") List<Layer> layers)
            implements TrainingEvent {}

    /** How a layer is after an epoch: see {@link dev.adjoint.driver.training.Health.OfLayer}. */
    record Layer(
            @JsonProperty("number") int number,
            @JsonProperty("kind") String kind,
            @JsonProperty("outputs") double outputs,
            @JsonProperty("gradients") double gradients,
            @JsonProperty("dead") double dead,
            @JsonProperty("saturated") double saturated,
            @JsonProperty("update") double update) {}

    /**
     * Something that is worth telling.
     *
     * @param kind {@code warning} or {@code checkpoint}
     */
    record Note(
            @JsonProperty("run") String run,
            @JsonProperty("time") long time,
            @JsonProperty("kind") String kind,
            @JsonProperty("text") String text)
            implements TrainingEvent {}

    /**
     * A training is over.
     *
     * @param how in words
     */
    record Ended(
            @JsonProperty("run") String run,
            @JsonProperty("time") long time,
            @JsonProperty("how") String how) implements TrainingEvent {}
}
