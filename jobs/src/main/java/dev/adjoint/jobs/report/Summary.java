package dev.adjoint.jobs.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adjoint.driver.Trained;
import dev.adjoint.driver.rounds.Numerics;
import dev.adjoint.model.features.Label;
import dev.adjoint.worker.ClassMetrics;
import dev.adjoint.worker.Evaluation;
import java.util.List;
import java.util.Optional;

/** What a command came to, as the JSON object that is the last line of stdout. */
public final class Summary {
    private Summary() {}

    /** That of a command, so far with its name. */
    public static ObjectNode of(String job) {
        return new ObjectMapper().createObjectNode().put("job", job);
    }

    /** Of a whole training. */
    public static ObjectNode of(Trained trained) {
        ObjectNode summary = of("train");
        Label label = trained.model().label();
        Evaluation training = trained.metrics().get(Trained.TRAINING);
        summary.put("examples", training == null ? 0 : training.examples())
                .put("features", trained.model().network().inputs());
        if (label instanceof Label.Classes classes) {
            summary.put("classes", classes.names().size());
        }
        summary.put("parameters", trained.model().parameters().length)
                .put("epochs", trained.result().state().position().epoch() - 1)
                .put("steps", trained.steps())
                .put("kept_epoch", trained.result().keptEpoch());
        trained.result().ending().ifPresent(ending -> summary.put("ended_by", ending.toString()));
        trained.metrics().forEach((set, metrics) -> {
            if (set.equals(Trained.TRAINING)) {
                putMetrics(summary, metrics, label);
            } else {
                putMetrics(summary.putObject(set).put("examples", metrics.examples()), metrics, label);
            }
        });
        trained.health().ifPresent(health -> HealthTable.put(summary, health));
        summary.put("seconds", trained.seconds());
        trained.resumedAfterStep().ifPresent(step -> summary.put("resumed_after_step", step));
        long examples =
                trained.history().stream().mapToLong(epoch -> epoch.examples()).sum();
        return summary.put("examples_per_second", Math.rint(examples / trained.seconds()))
                .put("blas", Numerics.describe(trained.numerics()))
                .put("checksum", trained.checksum());
    }

    /** Of a training that was stopped. */
    public static ObjectNode stopped(Trained trained) {
        ObjectNode summary = of("train").put("stopped", true).put("steps", trained.steps());
        trained.checkpoint().ifPresent(path -> summary.put("checkpoint", path));
        return summary;
    }

    /** All metrics of a set of examples; null where there is nothing to compute one from. */
    public static void putMetrics(ObjectNode node, Evaluation evaluation, Label label) {
        Metrics.of(evaluation, label).forEach((name, value) -> putNumber(node, name, value));
        if (label instanceof Label.Classes classes) {
            evaluation.classMetrics().ifPresent(metrics -> putClasses(node, metrics, classes.names()));
        }
        List<Metrics.ColumnError> errors = Metrics.byColumn(evaluation, label);
        if (!errors.isEmpty()) {
            ArrayNode columns = node.putArray("by_column");
            errors.forEach(error -> {
                ObjectNode one = columns.addObject().put("column", error.column());
                putNumber(one, "rmse", error.rmse());
                putNumber(one, "r2", error.r2());
            });
        }
    }

    private static void putClasses(ObjectNode node, ClassMetrics metrics, List<String> names) {
        if (metrics.isRanked()) {
            ArrayNode classes = node.putArray("by_class");
            for (int c = 0; c < names.size(); c++) {
                ObjectNode one = classes.addObject().put("class", names.get(c));
                putNumber(one, "share", metrics.share(c));
                putNumber(one, "precision", metrics.precision(c));
                putNumber(one, "recall", metrics.recall(c));
                putNumber(one, "f1", metrics.f1(c));
            }
        }
        if (metrics.hasConfusion()) {
            ArrayNode rows = node.putArray("confusion");
            for (int c = 0; c < names.size(); c++) {
                ArrayNode row = rows.addArray();
                for (int taken = 0; taken < names.size(); taken++) {
                    row.add(metrics.confusion(c, taken));
                }
            }
        }
    }

    /**
     * The metrics of groups of the examples.
     *
     * @param values what the rows of each group have in the column, in the order of the groups
     */
    public static void putGroups(
            ObjectNode node, Evaluation evaluation, Label label, String column, List<Optional<String>> values) {
        ArrayNode groups = node.putObject("by").put("column", column).putArray("groups");
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i).orElse(null);
            evaluation
                    .groups()
                    .get(i)
                    .ifPresent(group -> putMetrics(
                            groups.addObject().put("value", value).put("examples", group.examples()), group, label));
        }
    }

    /** A number; null where it is not finite. */
    static void putNumber(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        } else {
            node.putNull(name);
        }
    }
}
