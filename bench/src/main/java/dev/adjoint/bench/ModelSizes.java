package dev.adjoint.bench;

import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.training.Trainer;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** What a round costs by the size of the model: rounds that compute nothing, and steps of the largest model. */
final class ModelSizes {
    private static final int SHARDS = 2;
    private static final int OUTPUTS = 10;
    /** Features of the nets whose rounds compute nothing. */
    private static final int FEW = 16;

    private static final int WARM_UP = 3;
    private static final int BATCH = 256;
    private static final int STEPS = 6;

    private ModelSizes() {}

    /**
     * What to do.
     *
     * @param millions of parameters
     * @param settings of Spark
     */
    record Task(List<Double> millions, Map<String, String> settings) {}

    /**
     * What one model's rounds came to.
     *
     * @param reduction null where Adjoint chose
     * @param batch 0 where the rounds computed nothing
     * @param milliseconds of a round, the median
     */
    record Round(
            String master,
            int parameters,
            @Nullable String reduction,
            int batch,
            double milliseconds,
            int rounds,
            HeapMeter.Peak heap) {}

    public static void main(String[] arguments) throws Exception {
        Task task = PeerProcess.task(arguments, Task.class);
        HeapMeter heap = HeapMeter.start();
        Map<String, String> settings = new HashMap<>(task.settings());
        settings.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
        try (SparkSession spark = Sessions.open(settings)) {
            JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
            ShardedData few = PackedExamples.of(context, FEW, OUTPUTS, SHARDS, SHARDS);
            for (double millions : task.millions()) {
                int units = (int) Math.round((millions * 1e6 - OUTPUTS) / (FEW + 1 + OUTPUTS));
                Network network = network(FEW, List.of(units));
                for (ReductionKind reduction : List.of(ReductionKind.IN_ORDER, ReductionKind.SLICED)) {
                    Passes passes = Passes.of(context, reduction).byJobs();
                    Trainer trainer = new Trainer(passes, network, settings());
                    heap.take();
                    long[] nanos = trainer.emptyRounds(few, WARM_UP + rounds(millions));
                    report(context, network, reduction.toString(), 0, millis(nanos), heap);
                }
            }
            few.chunks().unpersist();
            train(context, heap);
        }
    }

    /** Few where they take long. */
    private static int rounds(double millions) {
        return (int) Math.max(5, Math.min(50, 100 / millions));
    }

    private static Network network(int inputs, List<Integer> hidden) {
        return Network.perceptron(inputs, hidden, Activation.RELU, OUTPUTS, StandardLoss.SOFTMAX_CROSS_ENTROPY);
    }

    private static Settings settings() {
        return Mode.settings(new Batch(BATCH), 1).withSome(Keys.SHARDS, SHARDS);
    }

    private static void train(JavaSparkContext context, HeapMeter heap) throws Exception {
        Network network = network(1000, List.of(20_000, 1_500));
        ShardedData data =
                PackedExamples.of(context, network.inputs(), OUTPUTS, SHARDS, (long) BATCH * (WARM_UP + STEPS));
        List<Double> millis = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            private long before = System.nanoTime();

            @Override
            public void round(RoundReport round, TrainingState state) {
                millis.add((System.nanoTime() - before) / 1e6);
                before = System.nanoTime();
            }
        };
        heap.take();
        new Trainer(Passes.of(context, ReductionKind.AUTO).byJobs(), network, settings())
                .train(data, Optional.empty(), listener);
        report(context, network, null, BATCH, millis, heap);
    }

    private static List<Double> millis(long[] nanos) {
        return Arrays.stream(nanos).mapToObj(n -> n / 1e6).toList();
    }

    private static void report(
            JavaSparkContext context,
            Network network,
            @Nullable String reduction,
            int batch,
            List<Double> millis,
            HeapMeter heap)
            throws Exception {
        List<Double> measured = millis.subList(WARM_UP, millis.size());
        PeerProcess.report(new Round(
                context.master(),
                network.parameterCount(),
                reduction,
                batch,
                Spread.of(measured).median(),
                measured.size(),
                heap.take()));
    }
}
