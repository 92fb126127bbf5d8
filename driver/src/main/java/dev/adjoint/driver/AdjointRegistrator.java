package dev.adjoint.driver;

import com.esotericsoftware.kryo.Kryo;
import dev.adjoint.driver.data.DataSerializers;
import dev.adjoint.driver.resident.ResidentSerializers;
import dev.adjoint.driver.rounds.PassSerializers;
import dev.adjoint.driver.training.StretchSerializers;
import org.apache.spark.serializer.KryoRegistrator;

/**
 * Tells Kryo of every class of ours that Spark moves. What travels each round has a compact serializer; what travels once a
 * training goes by Java serialization, in one registered envelope.
 */
public final class AdjointRegistrator implements KryoRegistrator {
    @Override
    public void registerClasses(Kryo kryo) {
        PassSerializers.register(kryo);
        ResidentSerializers.register(kryo);
        StretchSerializers.register(kryo);
        DataSerializers.register(kryo);
        kryo.register(Object[].class);
    }
}
