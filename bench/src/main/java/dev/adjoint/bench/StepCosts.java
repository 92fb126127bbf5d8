package dev.adjoint.bench;

import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.training.Trainer;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.TestUtils$;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** What a step costs beside its work on executors of one core each, by the number of parameters: a job each, and resident. */
final class StepCosts {
    private static final int OUTPUTS = 10;
    private static final int INPUTS = 16;
    private static final int SHARDS = 8;
    private static final int WARM_UP = 20;
    private static final int RESIDENT_WARM_UP_SECONDS = 15;
    /** An epoch has many steps, so that a stretch of resident rounds may be long. */
    private static final int ROWS = 1 << 16;

    private static final int BATCH = 8;

    private StepCosts() {}

    /**
     * What to do.
     *
     * @param parameters of the nets, about
     */
    record Task(int executors, List<Integer> parameters) {}

    /**
     * What a step came to, in milliseconds.
     *
     * @param job of a step that is a Spark job, the median; its update is not in it
     * @param exchange of a resident step, the mean over a second; negative where there can be none
     * @param update the same
     */
    record Cost(int executors, int parameters, double job, double exchange, double update) {}

    public static void main(String[] arguments) throws Exception {
        Task task = PeerProcess.task(arguments, Task.class);
        Map<String, String> settings = Map.of(
                "spark.master", "local-cluster[%d,1,1024]".formatted(task.executors()),
                "spark.executor.memory", "1g",
                "spark.executor.extraClassPath", System.getProperty("java.class.path"));
        try (SparkSession spark = Sessions.open(settings)) {
            TestUtils$.MODULE$.waitUntilExecutorsUp(spark.sparkContext(), task.executors(), 60_000);
            JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
            ShardedData data = PackedExamples.of(context, INPUTS, OUTPUTS, SHARDS, ROWS);
            for (int parameters : task.parameters()) {
                int units = (parameters - OUTPUTS) / (INPUTS + 1 + OUTPUTS);
                Network network = Network.perceptron(
                        INPUTS, List.of(units), Activation.RELU, OUTPUTS, StandardLoss.SOFTMAX_CROSS_ENTROPY);
                Settings of = Mode.settings(new Batch(BATCH), 1).withSome(Keys.SHARDS, SHARDS);
                Trainer trainer = new Trainer(Passes.of(context, ReductionKind.AUTO), network, of);
                int rounds = Math.max(20, Math.min(200, 20_000_000 / parameters));
                long[] nanos = trainer.emptyRounds(data, WARM_UP + rounds);
                List<Double> millis = Arrays.stream(nanos)
                        .skip(WARM_UP)
                        .mapToObj(each -> each / 1e6)
                        .toList();
                boolean isResident = task.executors() > 1; // there are two tasks at least
                Trainer.EmptyRound resident = isResident
                        ? trainer.emptyResidentRound(data, RESIDENT_WARM_UP_SECONDS)
                        : new Trainer.EmptyRound(-1e-3, -1e-3);
                PeerProcess.report(new Cost(
                        task.executors(),
                        network.parameterCount(),
                        Spread.of(millis).median(),
                        1e3 * resident.exchange(),
                        1e3 * resident.update()));
            }
        }
    }
}
