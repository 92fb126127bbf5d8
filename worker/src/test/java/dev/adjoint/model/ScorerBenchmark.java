package dev.adjoint.model;

import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import dev.adjoint.worker.BatchShape;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

/** One row at a time: microseconds. In batches, on one core: batches, examples and arithmetic a second. */
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(2)
public class ScorerBenchmark {
    /** A net of so many units, and examples for it. */
    @State(Scope.Thread)
    public static class OneRow {
        @Param("64-64-10")
        private String net = "64-64-10";

        private Scorer scorer = new Scorer(model("1-2"), 1);
        private float[] example = {};

        @Setup
        public void load() {
            scorer = new Scorer(model(net), 1);
            example = examples(net, 1)[0];
        }
    }

    /** A net of so many units, and a batch of examples for it. */
    @State(Scope.Thread)
    public static class Batch {
        @Param({"784-512-256-10", "784-2500-2000-1500-1000-500-10"})
        private String net = "1-2";

        @Param({"256", "1024"})
        private int rows = 256;

        private Scorer scorer = new Scorer(model("1-2"), 1);
        private float[][] examples = {};
        private double arithmetic;

        @Setup
        public void load() {
            Model model = model(net);
            scorer = new Scorer(model, rows);
            examples = examples(net, rows);
            arithmetic =
                    model.network().scoring(BatchShape.dense(rows)).program().flops();
        }
    }

    /** Rates a second. */
    @AuxCounters
    @State(Scope.Thread)
    public static class Rates {
        public double examples;
        public double flops;
    }

    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    public double[] oneRow(OneRow state) {
        return state.scorer.predict(state.example);
    }

    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    public double[][] batch(Batch state, Rates rates) {
        rates.examples += state.rows;
        rates.flops += state.arithmetic;
        return state.scorer.predict(state.examples);
    }

    private static int[] units(String net) {
        return Arrays.stream(net.split("-")).mapToInt(Integer::parseInt).toArray();
    }

    private static Model model(String net) {
        int[] units = units(net);
        int last = units.length - 1;
        List<Integer> hidden = Arrays.stream(units, 1, last).boxed().toList();
        Network network =
                Network.perceptron(units[0], hidden, Activation.RELU, units[last], StandardLoss.SOFTMAX_CROSS_ENTROPY);
        Features features = new Features(List.of(
                new Features.Numeric("x", Collections.nCopies(units[0], 0.5), Collections.nCopies(units[0], 0.3))));
        List<String> names =
                IntStream.range(0, units[last]).mapToObj(String::valueOf).toList();
        return new Model(
                network,
                features,
                new Label.Classes("y", "bigint", names),
                new Source("parquet", false, List.of()),
                Map.of(),
                network.initialParameters(1));
    }

    private static float[][] examples(String net, int rows) {
        float[][] examples = new float[rows][units(net)[0]];
        Random random = new Random(1);
        for (float[] example : examples) {
            for (int i = 0; i < example.length; i++) {
                example[i] = random.nextFloat();
            }
        }
        return examples;
    }
}
