package dev.adjoint.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.commons.math3.fitting.PolynomialCurveFitter;
import org.apache.commons.math3.fitting.WeightedObservedPoints;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a step costs beside its work, on 1, 2, 4 and 8 executors, as far as there are cores. */
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        description =
                "Measures what a step costs on executor processes beside its work, as a Spark job each and resident, and fits the"
                        + " constants of the cost model that adjoint explain reckons by.")
final class ClusterCommand implements Callable<Integer> {
    private static final List<Integer> EXECUTORS = List.of(1, 2, 4, 8);
    private static final List<Integer> PARAMETERS = List.of(50_826, 540_000, 4_800_000);

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--cores", paramLabel = "N", description = "How many executors there may be (as many as cores).")
    private @Nullable Integer cores;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws IOException, InterruptedException {
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        Bench.requirePositive(command, "--cores", cores);
        Machine machine = output.prepare(command.getErr());
        int most = cores == null ? machine.cores() : cores;
        List<StepCosts.Cost> costs = new ArrayList<>();
        for (int executors : EXECUTORS) {
            if (executors <= most) {
                try {
                    PeerProcess.run(
                            executors + " executors",
                            List.of(),
                            StepCosts.class.getName(),
                            new StepCosts.Task(executors, PARAMETERS),
                            StepCosts.Cost.class,
                            cost -> {
                                costs.add(cost);
                                command.getErr().println(cost);
                            },
                            output.log("cluster-%d.log".formatted(executors)));
                } catch (PeerProcess.FailedException e) {
                    command.getErr().println("error: " + e.getMessage());
                    return 1;
                }
            }
        }
        Table table = Table.headed(List.of(
                "executors", "parameters", "ms, a job a step", "ms, resident", "of them exchange", "of them update"));
        for (StepCosts.Cost cost : costs) {
            boolean isResident = cost.exchange() >= 0;
            table.add(List.of(
                    String.valueOf(cost.executors()),
                    String.format(Locale.ROOT, "%,d", cost.parameters()),
                    millis(cost.job()),
                    isResident ? millis(cost.exchange() + cost.update()) : "-",
                    isResident ? millis(cost.exchange()) : "-",
                    isResident ? millis(cost.update()) : "-"));
        }
        String fitted = fitted(costs);
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(output.file("cluster.json").toFile(), costs);
        Files.writeString(output.file("cluster.md"), machine + "\n\n" + table.markdown() + "\n" + fitted);
        command.getOut().print(machine + "\n\n" + table.text() + "\n" + fitted);
        command.getOut().flush();
        return 0;
    }

    private static String millis(double number) {
        return String.format(Locale.ROOT, "%.2f", number);
    }

    /** The least squares of a resident exchange's time: so long, and so much for each byte that a task sends. */
    private static String fitted(List<StepCosts.Cost> costs) {
        StringBuilder text = new StringBuilder();
        for (int executors : EXECUTORS) {
            List<StepCosts.Cost> of = costs.stream()
                    .filter(cost -> cost.executors() == executors && cost.exchange() >= 0)
                    .toList();
            if (of.size() >= 2) {
                WeightedObservedPoints points = new WeightedObservedPoints();
                for (StepCosts.Cost cost : of) {
                    double bytes = 2.0 * (executors - 1) / executors * Float.BYTES * cost.parameters();
                    // Relative errors count: the smallest model's exchange tells as much as the largest one's.
                    points.add(1 / (cost.exchange() * cost.exchange()), bytes, cost.exchange());
                }
                double[] line = PolynomialCurveFitter.create(1).fit(points.toList());
                text.append(String.format(
                        Locale.ROOT,
                        "%d executors: an exchange takes %.3f ms, and a second for each %.2f GB that a task sends%n",
                        executors,
                        line[0],
                        1e-6 / line[1]));
            }
        }
        return text.toString();
    }
}
