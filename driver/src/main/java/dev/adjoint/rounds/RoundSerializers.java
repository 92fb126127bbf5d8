package dev.adjoint.rounds;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.Rows;
import dev.adjoint.worker.Snapshot;
import dev.adjoint.worker.TreeSum;
import dev.adjoint.worker.WeightedSum;
import java.util.ArrayList;
import java.util.List;

/** What rounds send, as bytes of Kryo's. */
public final class RoundSerializers {
    private RoundSerializers() {}

    /** Tells Kryo of the classes here. */
    public static void register(Kryo kryo) {
        kryo.register(Chunk.class, new ChunkSerializer());
        kryo.register(Rows.Dense.class, new DenseSerializer());
        kryo.register(Rows.Sparse.class, new SparseSerializer());
        kryo.register(WeightedSum.class, new WeightedSumSerializer());
        kryo.register(PartitionSum.class, new PartitionSumSerializer());
        kryo.register(PartitionSum[].class);
        kryo.register(Snapshot.class, new SnapshotSerializer());
        kryo.register(TreeSum.Node.class, new JavaSerializer());
        kryo.register(Sliced.Part.class, new PartSerializer());
        kryo.register(Workers.class, new JavaSerializer());
    }

    private static final class ChunkSerializer extends Serializer<Chunk> {
        @Override
        public void write(Kryo kryo, Output out, Chunk chunk) {
            out.writeInt(chunk.shard());
            out.writeInt(chunk.first());
            kryo.writeClassAndObject(out, chunk.features());
            kryo.writeObject(out, chunk.targets());
            kryo.writeObject(out, chunk.weights());
        }

        @Override
        public Chunk read(Kryo kryo, Input in, Class<Chunk> type) {
            int shard = in.readInt();
            int first = in.readInt();
            Rows features = (Rows) kryo.readClassAndObject(in);
            float[] targets = kryo.readObject(in, float[].class);
            return new Chunk(shard, first, features, targets, kryo.readObject(in, float[].class));
        }
    }

    private static final class SnapshotSerializer extends Serializer<Snapshot> {
        @Override
        public void write(Kryo kryo, Output out, Snapshot state) {
            kryo.writeObject(out, state.parameters());
            kryo.writeObject(out, state.velocity());
        }

        @Override
        public Snapshot read(Kryo kryo, Input in, Class<Snapshot> type) {
            float[] parameters = kryo.readObject(in, float[].class);
            return new Snapshot(parameters, kryo.readObject(in, float[].class));
        }
    }

    private static final class DenseSerializer extends Serializer<Rows.Dense> {
        @Override
        public void write(Kryo kryo, Output out, Rows.Dense rows) {
            out.writeInt(rows.rows());
            out.writeInt(rows.width());
            kryo.writeObject(out, rows.values());
        }

        @Override
        public Rows.Dense read(Kryo kryo, Input in, Class<Rows.Dense> type) {
            return new Rows.Dense(in.readInt(), in.readInt(), kryo.readObject(in, float[].class));
        }
    }

    private static final class SparseSerializer extends Serializer<Rows.Sparse> {
        @Override
        public void write(Kryo kryo, Output out, Rows.Sparse rows) {
            out.writeInt(rows.width());
            kryo.writeObject(out, rows.starts());
            kryo.writeObject(out, rows.columns());
            kryo.writeObject(out, rows.values());
        }

        @Override
        public Rows.Sparse read(Kryo kryo, Input in, Class<Rows.Sparse> type) {
            int width = in.readInt();
            int[] starts = kryo.readObject(in, int[].class);
            int[] columns = kryo.readObject(in, int[].class);
            return new Rows.Sparse(width, starts, columns, kryo.readObject(in, float[].class));
        }
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

    private static final class PartSerializer extends Serializer<Sliced.Part> {
        @Override
        public void write(Kryo kryo, Output out, Sliced.Part part) {
            out.writeInt(part.node().level());
            out.writeInt(part.node().index());
            kryo.writeObject(out, part.node().sum());
            out.writeLong(part.computeNanos());
        }

        @Override
        public Sliced.Part read(Kryo kryo, Input in, Class<Sliced.Part> type) {
            int level = in.readInt();
            int index = in.readInt();
            WeightedSum sum = kryo.readObject(in, WeightedSum.class);
            return new Sliced.Part(new TreeSum.Node<>(level, index, sum), in.readLong());
        }
    }

    private static final class PartitionSumSerializer extends Serializer<PartitionSum> {
        @Override
        public void write(Kryo kryo, Output out, PartitionSum partition) {
            out.writeLong(partition.computeNanos());
            out.writeInt(partition.nodes().size());
            for (TreeSum.Node<WeightedSum> node : partition.nodes()) {
                out.writeInt(node.level());
                out.writeInt(node.index());
                kryo.writeObject(out, node.sum());
            }
        }

        @Override
        public PartitionSum read(Kryo kryo, Input in, Class<PartitionSum> type) {
            long computeNanos = in.readLong();
            int count = in.readInt();
            List<TreeSum.Node<WeightedSum>> nodes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int level = in.readInt();
                int index = in.readInt();
                nodes.add(new TreeSum.Node<>(level, index, kryo.readObject(in, WeightedSum.class)));
            }
            return new PartitionSum(nodes, computeNanos);
        }
    }
}
