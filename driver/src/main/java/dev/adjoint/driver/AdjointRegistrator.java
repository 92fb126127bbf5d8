package dev.adjoint.driver;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.adjoint.data.DataSerializers;
import dev.adjoint.worker.Evaluation;
import dev.adjoint.worker.GradientSum;
import dev.adjoint.worker.Shard;
import dev.adjoint.worker.TreeSum;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.serializer.KryoRegistrator;

/**
 * Tells Kryo of every class of ours that Spark moves. What travels each round has a compact serializer here; what travels
 * once a training goes by Java serialization, in one registered envelope.
 */
public final class AdjointRegistrator implements KryoRegistrator {
    @Override
    public void registerClasses(Kryo kryo) {
        kryo.register(Shard.class, new ShardSerializer());
        kryo.register(GradientSum.class, new GradientSumSerializer());
        kryo.register(PartitionSum.class, new PartitionSumSerializer());
        kryo.register(PartitionSum[].class);
        kryo.register(TreeSum.Node.class, new JavaSerializer());
        kryo.register(Evaluation.class, new JavaSerializer());
        kryo.register(Replicas.class, new JavaSerializer());
        kryo.register(Evaluate.Job.class, new JavaSerializer());
        kryo.register(Object[].class);
        DataSerializers.register(kryo);
    }

    private static final class ShardSerializer extends Serializer<Shard> {
        @Override
        public void write(Kryo kryo, Output out, Shard shard) {
            out.writeInt(shard.index());
            out.writeInt(shard.rows());
            out.writeInt(shard.width());
            kryo.writeObject(out, shard.features());
            kryo.writeObject(out, shard.targets());
            kryo.writeObject(out, shard.weights());
        }

        @Override
        public Shard read(Kryo kryo, Input in, Class<Shard> type) {
            int index = in.readInt();
            int rows = in.readInt();
            int width = in.readInt();
            float[] features = kryo.readObject(in, float[].class);
            float[] targets = kryo.readObject(in, float[].class);
            return new Shard(index, rows, width, features, targets, kryo.readObject(in, float[].class));
        }
    }

    private static final class GradientSumSerializer extends Serializer<GradientSum> {
        @Override
        public void write(Kryo kryo, Output out, GradientSum sum) {
            kryo.writeObject(out, sum.gradient());
            out.writeDouble(sum.loss());
            out.writeDouble(sum.weight());
            out.writeLong(sum.examples());
        }

        @Override
        public GradientSum read(Kryo kryo, Input in, Class<GradientSum> type) {
            float[] gradient = kryo.readObject(in, float[].class);
            return new GradientSum(gradient, in.readDouble(), in.readDouble(), in.readLong());
        }
    }

    private static final class PartitionSumSerializer extends Serializer<PartitionSum> {
        @Override
        public void write(Kryo kryo, Output out, PartitionSum partition) {
            out.writeLong(partition.computeNanos());
            out.writeInt(partition.nodes().size());
            for (TreeSum.Node<GradientSum> node : partition.nodes()) {
                out.writeInt(node.level());
                out.writeInt(node.index());
                kryo.writeObject(out, node.sum());
            }
        }

        @Override
        public PartitionSum read(Kryo kryo, Input in, Class<PartitionSum> type) {
            long computeNanos = in.readLong();
            int count = in.readInt();
            List<TreeSum.Node<GradientSum>> nodes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int level = in.readInt();
                int index = in.readInt();
                nodes.add(new TreeSum.Node<>(level, index, kryo.readObject(in, GradientSum.class)));
            }
            return new PartitionSum(nodes, computeNanos);
        }
    }
}
