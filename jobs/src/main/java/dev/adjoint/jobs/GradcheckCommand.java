package dev.adjoint.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.show.GradientCheck;
import dev.adjoint.data.Reader;
import dev.adjoint.driver.Sessions;
import dev.adjoint.model.BatchShape;
import dev.adjoint.model.Network;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.Rows;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "gradcheck",
        mixinStandardHelpOptions = true,
        description = {
            "Checks the gradient of a job file's model, on rows of its data and at its initial parameters.",
            "Reverse mode is compared with forward mode, and with differences in float64."
        },
        footer = {"", "Example:", "  adjoint gradcheck --conf conf/iris.conf --set model.activation=gelu"})
final class GradcheckCommand implements Callable<Integer> {
    @Mixin
    private JobFile jobFile = new JobFile();

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "32",
            description = "How many rows of the training data to take at most; ${DEFAULT-VALUE} by default.")
    private int rows;

    @Option(
            names = "--elements",
            paramLabel = "N",
            defaultValue = "200",
            description =
                    "How many elements of each parameter to compare with differences; ${DEFAULT-VALUE} by default.")
    private int elements;

    @Mixin(name = JobOptions.NAME)
    private JobOptions options = new JobOptions();

    @Override
    public Integer call() throws Exception {
        if (rows < 1 || elements < 1) {
            throw new UsageException("--rows %d, --elements %d: expected 1 or more".formatted(rows, elements));
        }
        JobConfig config = jobFile.load();
        options.err().println("reading " + config.data().train() + " ...");
        Network network;
        Chunk chunk;
        int entriesOfRow;
        try (SparkSession spark = Sessions.open(config.spark())) {
            JobData job = JobData.read(config, new Reader(spark));
            network = job.network();
            chunk = job.data().training().chunks().first();
            entriesOfRow = job.data().training().entriesOfRow();
        }
        int taken = Math.min(rows, chunk.rows());
        Program program = network.objective(new BatchShape(taken, entriesOfRow));
        options.err().println("checking %,d parameters on %,d rows ...".formatted(program.parameterCount(), taken));
        long seed = config.training().seed();
        GradientCheck.Result result =
                GradientCheck.check(program, "loss", inputs(program, network, chunk, taken, seed), elements, seed);
        return report(result);
    }

    private static Map<String, double[]> inputs(Program program, Network network, Chunk chunk, int rows, long seed) {
        Map<String, double[]> inputs = new HashMap<>();
        float[] parameters = network.initialParameters(seed);
        int at = 0;
        for (Network.Parameter parameter : network.parameters()) {
            inputs.put(parameter.name(), numbers(parameters, at, parameter.size()));
            at += parameter.size();
        }
        putFeatures(inputs, program, chunk.features(), rows);
        inputs.put("y", numbers(chunk.targets(), 0, rows));
        inputs.put("weights", numbers(chunk.weights(), 0, rows));
        return inputs;
    }

    private static void putFeatures(Map<String, double[]> inputs, Program program, Rows features, int rows) {
        if (features instanceof Rows.Dense dense) {
            inputs.put("x", numbers(dense.values(), 0, rows * dense.width()));
            return;
        }
        Rows.Sparse sparse = (Rows.Sparse) features;
        int entries = sparse.starts()[rows];
        int most = program.inputs().stream()
                .filter(input -> input.name().equals("x.values"))
                .mapToInt(input -> input.shape().size())
                .sum();
        double[] row = new double[most];
        Arrays.fill(row, -1); // the end of the entries
        for (int i = 0; i < rows; i++) {
            Arrays.fill(row, sparse.starts()[i], sparse.starts()[i + 1], i);
        }
        double[] column = new double[most];
        for (int k = 0; k < entries; k++) {
            column[k] = sparse.columns()[k];
        }
        inputs.put("x.rows", row);
        inputs.put("x.columns", column);
        inputs.put("x.values", Arrays.copyOf(numbers(sparse.values(), 0, entries), most));
    }

    private static double[] numbers(float[] values, int from, int count) {
        return IntStream.range(from, from + count).mapToDouble(i -> values[i]).toArray();
    }

    private int report(GradientCheck.Result result) {
        options.out().print(result);
        GradientCheck.Parameter worst = result.worst();
        options.out()
                .println(new ObjectMapper()
                        .createObjectNode()
                        .put("job", "gradcheck")
                        .put("passed", result.passed())
                        .put("identity_float32", result.identity32())
                        .put("identity_float64", result.identity64())
                        .put("worst", worst.where())
                        .put("error", worst.error()));
        options.out().flush();
        return result.passed() ? 0 : Main.CHECK;
    }
}
