package dev.adjoint.jobs.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adjoint.driver.training.Health;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How the layers are, after each epoch that is told of: for {@code --health}. */
public final class HealthTable implements TrainingListener {
    private final PrintWriter err;

    public HealthTable(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void epoch(EpochReport epoch, TrainingState state) {
        epoch.health().ifPresent(health -> lines(health).forEach(err::println));
    }

    /** The table. */
    static List<String> lines(Health health) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("layer", "", "outputs", "mean", "spread", "gradient", "dead", "saturated", "update"));
        for (Health.OfLayer layer : health.layers()) {
            Health.Spread outputs = layer.outputs();
            rows.add(List.of(
                    String.valueOf(layer.number()),
                    layer.kind(),
                    "%s to %s".formatted(number(outputs.least()), number(outputs.most())),
                    number(outputs.mean()),
                    number(outputs.deviation()),
                    number(layer.gradients().rootMeanSquare()),
                    percent(layer.dead()),
                    percent(layer.saturated()),
                    Double.isFinite(layer.update()) ? number(layer.update()) : "-"));
        }
        return TextTable.of("  ", rows);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3g", value);
    }

    private static String percent(double share) {
        return share == 0 ? "-" : String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    /** The same in a summary. */
    static void put(ObjectNode summary, Health health) {
        ObjectNode node = summary.putObject("health").put("rows", health.rows());
        ArrayNode layers = node.putArray("layers");
        for (Health.OfLayer layer : health.layers()) {
            ObjectNode one = layers.addObject().put("layer", layer.number()).put("kind", layer.kind());
            putSpread(one.putObject("outputs"), layer.outputs());
            putSpread(one.putObject("gradients"), layer.gradients());
            one.put("dead", layer.dead()).put("saturated", layer.saturated());
            Summary.putNumber(one, "update", layer.update());
        }
    }

    private static void putSpread(ObjectNode node, Health.Spread spread) {
        Summary.putNumber(node, "least", spread.least());
        Summary.putNumber(node, "most", spread.most());
        Summary.putNumber(node, "mean", spread.mean());
        Summary.putNumber(node, "deviation", spread.deviation());
    }
}
