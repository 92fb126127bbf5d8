package dev.adjoint.driver.training;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.adjoint.driver.rounds.RecordSerializer;
import java.util.List;
import java.util.stream.Stream;

/** What stretches of rounds begin with and come to, as bytes of Kryo's. */
public final class StretchSerializers {
    private static final List<RecordSerializer<?>> RECORDS = Stream.of(
                    Stretch.From.class,
                    Stretch.To.class,
                    TrainingState.Position.class,
                    TrainingState.Learning.class,
                    TrainingState.Convergence.class)
            .<RecordSerializer<?>>map(RecordSerializer::new)
            .toList();

    private StretchSerializers() {}

    /** Tells Kryo of the classes here. */
    public static void register(Kryo kryo) {
        RECORDS.forEach(record -> kryo.register(record.type(), record));
        kryo.register(Stretch.class, new JavaSerializer());
    }
}
