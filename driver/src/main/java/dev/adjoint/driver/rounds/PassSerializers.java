package dev.adjoint.driver.rounds;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.adjoint.worker.Begin;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.Evaluation;
import dev.adjoint.worker.NotFinite;
import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.Round;
import dev.adjoint.worker.Rows;
import dev.adjoint.worker.TreeSum;
import dev.adjoint.worker.Vectors;
import dev.adjoint.worker.WeightedSum;
import java.util.List;
import java.util.stream.Stream;

/** What passes send, as bytes of Kryo's. */
public final class PassSerializers {
    /** Made once: Spark makes a Kryo for every broadcast and every task. */
    private static final List<RecordSerializer<?>> RECORDS = Stream.of(
                    Chunk.class,
                    Rows.Dense.class,
                    Rows.Coded.class,
                    Rows.Sparse.class,
                    PartitionSum.class,
                    TreeSum.Node.class,
                    Sliced.Part.class,
                    Begin.class,
                    Round.class,
                    Vectors.class)
            .<RecordSerializer<?>>map(RecordSerializer::new)
            .toList();

    private PassSerializers() {}

    /** Tells Kryo of the classes here. */
    public static void register(Kryo kryo) {
        RECORDS.forEach(record -> kryo.register(record.type(), record));
        kryo.register(WeightedSum.class, new WeightedSumSerializer());
        kryo.register(Workers.class, new JavaSerializer());
        kryo.register(Evaluation.class, new JavaSerializer());
        kryo.register(NotFinite.Found.class, new JavaSerializer());
    }

    private static final class WeightedSumSerializer extends Serializer<WeightedSum> {
        @Override
        public void write(Kryo kryo, Output out, WeightedSum sum) {
            kryo.writeObject(out, sum.vector());
            out.writeDouble(sum.loss());
            out.writeDouble(sum.weight());
            out.writeLong(sum.examples());
        }

        @Override
        public WeightedSum read(Kryo kryo, Input in, Class<WeightedSum> type) {
            float[] vector = kryo.readObject(in, float[].class);
            return new WeightedSum(vector, in.readDouble(), in.readDouble(), in.readLong());
        }
    }
}
