package dev.adjoint.driver.resident;

import com.esotericsoftware.kryo.Kryo;
import dev.adjoint.driver.rounds.RecordSerializer;

/** What tasks come to, as bytes of Kryo's. */
public final class ResidentSerializers {
    private static final RecordSerializer<?> LOCATED = new RecordSerializer<>(Located.class);

    private ResidentSerializers() {}

    /** Tells Kryo of the classes here. */
    public static void register(Kryo kryo) {
        kryo.register(Located.class, LOCATED);
    }
}
