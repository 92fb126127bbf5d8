package dev.adjoint.driver;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.adjoint.data.DataSerializers;
import dev.adjoint.rounds.RoundSerializers;
import dev.adjoint.worker.Evaluation;
import dev.adjoint.worker.NotFinite;
import org.apache.spark.serializer.KryoRegistrator;

/**
 * Tells Kryo of every class of ours that Spark moves. What travels each round has a compact serializer; what travels once a
 * training goes by Java serialization, in one registered envelope.
 */
public final class AdjointRegistrator implements KryoRegistrator {
    @Override
    public void registerClasses(Kryo kryo) {
        RoundSerializers.register(kryo);
        kryo.register(Evaluation.class, new JavaSerializer());
        kryo.register(NotFinite.class, new JavaSerializer());
        kryo.register(Evaluate.Job.class, new JavaSerializer());
        kryo.register(Object[].class);
        DataSerializers.register(kryo);
    }
}
