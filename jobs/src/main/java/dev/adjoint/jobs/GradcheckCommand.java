package dev.adjoint.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.show.GradientCheck;
import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.Training;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.jobs.config.JobConfig;
import dev.adjoint.jobs.config.UsageException;
import dev.adjoint.model.Network;
import dev.adjoint.model.Parameter;
import dev.adjoint.worker.BatchShape;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.Objective;
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
        options.err().println("reading " + config.settings().require(Keys.TRAIN) + " ...");
        Network network;
        Chunk chunk;
        int entriesOfRow;
        try (SparkSession spark = Sessions.open(config.spark())) {
            Training job = JobFile.read(spark, config);
            network = job.network().withMembers(1); // the others compute the same
            chunk = job.data().training().firstChunk();
            entriesOfRow = job.data().training().entriesOfRow();
        }
        int taken = Math.min(rows, chunk.rows());
        long seed = config.settings().get(Keys.SEED);
        Objective objective = network.objective(new BatchShape(taken, entriesOfRow), seed);
        Program program = objective.program();
        options.err().println("checking %,d parameters on %,d rows ...".formatted(program.parameterCount(), taken));
        GradientCheck.Result result =
                GradientCheck.check(program, "loss", inputs(objective, network, chunk, taken, seed), elements, seed);
        return report(result);
    }

    private static Map<String, double[]> inputs(
            Objective objective, Network network, Chunk chunk, int rows, long seed) {
        Map<String, double[]> inputs = new HashMap<>(objective.inputs(chunk, rows));
        float[] parameters = network.initialParameters(seed);
        int at = 0;
        for (Parameter parameter : network.parameters()) {
            int from = at;
            inputs.put(
                    parameter.name(),
                    IntStream.range(0, parameter.size())
                            .mapToDouble(i -> parameters[from + i])
                            .toArray());
            at += parameter.size();
        }
        return inputs;
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
