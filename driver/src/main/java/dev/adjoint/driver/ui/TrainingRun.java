package dev.adjoint.driver.ui;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.util.kvstore.KVIndex;
import org.jspecify.annotations.Nullable;

/** What is known of one training: everything that its events said so far. Immutable. */
public final class TrainingRun {
    @KVIndex
    @JsonProperty("id")
    public final String id;

    @JsonProperty("began")
    public final TrainingEvent.Began began;

    @JsonProperty("epochs")
    public final List<TrainingEvent.Epoch> epochs;

    @JsonProperty("notes")
    public final List<TrainingEvent.Note> notes;

    @JsonProperty("ended")
    public final TrainingEvent.@Nullable Ended ended;

    TrainingRun(
            @JsonProperty("id") String id,
            @JsonProperty("began") TrainingEvent.Began began,
            @JsonProperty("epochs") List<TrainingEvent.Epoch> epochs,
            @JsonProperty("notes") List<TrainingEvent.Note> notes,
            @JsonProperty("ended") TrainingEvent.@Nullable Ended ended) {
        this.id = id;
        this.began = began;
        this.epochs = List.copyOf(epochs);
        this.notes = List.copyOf(notes);
        this.ended = ended;
    }

    TrainingRun(TrainingEvent.Began began) {
        this(began.run(), began, List.of(), List.of(), null);
    }

    /** With what an event says. */
    TrainingRun and(TrainingEvent event) {
        if (event instanceof TrainingEvent.Epoch epoch) {
            // One that was rolled back is told anew.
            Stream<TrainingEvent.Epoch> earlier = epochs.stream().filter(known -> known.epoch() < epoch.epoch());
            return new TrainingRun(
                    id, began, Stream.concat(earlier, Stream.of(epoch)).toList(), notes, ended);
        }
        if (event instanceof TrainingEvent.Note note) {
            return new TrainingRun(
                    id,
                    began,
                    epochs,
                    Stream.concat(notes.stream(), Stream.of(note)).toList(),
                    ended);
        }
        return event instanceof TrainingEvent.Ended end ? new TrainingRun(id, began, epochs, notes, end) : this;
    }
}
