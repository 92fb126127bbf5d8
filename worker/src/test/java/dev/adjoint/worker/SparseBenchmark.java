package dev.adjoint.worker;

import dev.adjoint.model.Activation;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The gradient of rows with 100,000 features, of which one in a hundred is not 0: by their entries, and with the zeros. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 4, time = 2)
@Fork(value = 1, jvmArgsAppend = "-Xmx4g")
@State(Scope.Thread)
public class SparseBenchmark {
    private static final int WIDTH = 100_000;
    private static final int ENTRIES = 1000;

    @Param({"sparse", "dense"})
    private String rows = "sparse";

    @Param({"64", "256"})
    private int units = 64;

    @Param("1024")
    private int batch = 1024;

    private List<Chunk> shard = List.of();
    private ShardWork<Begin, WeightedSum> work = new RoundWork.Nothing(1).layOut();
    private Begin begin = new Begin(new Round(1, 1, 0, 0, 1), 0, 1, Vectors.of(new float[0]));

    /** Counts the rows: the rate is examples a second. */
    @AuxCounters
    @State(Scope.Thread)
    public static class Examples {
        public double examples;
    }

    @Setup
    public void layOut() {
        boolean sparse = rows.equals("sparse");
        Network network =
                Network.perceptron(WIDTH, List.of(units), Activation.RELU, 10, StandardLoss.SOFTMAX_CROSS_ENTROPY);
        work = new RoundWork.Gradients(network.objective(BatchShape.of(batch, WIDTH, sparse ? ENTRIES : 0), 1))
                .layOut();
        begin = new Begin(new Round(1, 1, 0, batch, 1), 0, 1, Vectors.of(network.initialParameters(1)));
        float[] weights = new float[batch];
        Arrays.fill(weights, 1);
        shard = List.of(new Chunk(0, 0, sparse ? sparse() : dense(), new float[batch], weights));
    }

    private Rows sparse() {
        SplittableRandom random = new SplittableRandom(1);
        SparseRows entries = new SparseRows(WIDTH);
        for (int i = 0; i < batch; i++) {
            for (int k = 0; k < ENTRIES; k++) {
                int part = WIDTH / ENTRIES;
                entries.add(k * part + random.nextInt(part), (float) random.nextDouble());
            }
            entries.endRow();
        }
        return entries.rows();
    }

    private Rows dense() {
        Rows.Sparse sparse = (Rows.Sparse) sparse();
        float[] all = new float[Math.multiplyExact(batch, WIDTH)];
        for (int i = 0; i < batch; i++) {
            for (int k = sparse.starts()[i]; k < sparse.starts()[i + 1]; k++) {
                all[i * WIDTH + sparse.columns()[k]] = sparse.values()[k];
            }
        }
        return new Rows.Dense(batch, WIDTH, all);
    }

    @Benchmark
    public void gradient(Examples counter) {
        PartitionSum<WeightedSum> sum = PartitionSum.of(shard.iterator(), work, begin);
        sum.nodes().forEach(node -> work.recycle(node.sum()));
        counter.examples += batch;
    }
}
