package dev.adjoint.driver.data;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.adjoint.model.features.Numbers;
import dev.adjoint.model.features.RawExample;
import org.jspecify.annotations.Nullable;

/** What Kryo needs to know of this package and of the model's. */
public final class DataSerializers {
    private DataSerializers() {}

    public static void register(Kryo kryo) {
        kryo.register(RawExample.class, new RawExampleSerializer());
        kryo.register(Profile.class, new JavaSerializer());
        kryo.register(Statistics.class, new JavaSerializer());
        kryo.register(Strata.class, new JavaSerializer());
        kryo.register(Predictions.Scoring.class, new JavaSerializer());
    }

    private static final class RawExampleSerializer extends Serializer<RawExample> {
        @Override
        public void write(Kryo kryo, Output out, RawExample example) {
            out.writeInt(example.numbers().width(), true);
            kryo.writeObjectOrNull(out, example.numbers().places(), int[].class);
            kryo.writeObject(out, example.numbers().values());
            out.writeInt(example.texts().length, true);
            for (@Nullable String text : example.texts()) {
                out.writeString(text);
            }
            out.writeString(example.label());
            kryo.writeObject(out, example.targets());
            out.writeDouble(example.weight());
            out.writeDouble(example.difficulty());
        }

        @Override
        public RawExample read(Kryo kryo, Input in, Class<RawExample> type) {
            int width = in.readInt(true);
            int[] places = kryo.readObjectOrNull(in, int[].class);
            Numbers numbers = new Numbers(width, places, kryo.readObject(in, double[].class));
            @Nullable String[] texts = new String[in.readInt(true)];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = in.readString();
            }
            String label = in.readString();
            double[] targets = kryo.readObject(in, double[].class);
            return new RawExample(numbers, texts, label, targets, in.readDouble(), in.readDouble());
        }
    }
}
