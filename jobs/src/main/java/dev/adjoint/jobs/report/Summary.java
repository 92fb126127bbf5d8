package dev.adjoint.jobs.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adjoint.driver.Trained;
import dev.adjoint.driver.rounds.Numerics;
import dev.adjoint.model.features.Label;
import dev.adjoint.worker.Evaluation;

/** What a command came to, as the JSON object that is the last line of stdout. */
public final class Summary {
    private Summary() {}

    /** That of a command, so far with its name. */
    public static ObjectNode of(String job) {
        return new ObjectMapper().createObjectNode().put("job", job);
    }

    /** Of a whole training. */
    public static ObjectNode of(Trained trained, int epochs) {
        ObjectNode summary = of("train");
        Label label = trained.model().label();
        Evaluation training = trained.metrics().get(Trained.TRAINING);
        summary.put("examples", training == null ? 0 : training.examples())
                .put("features", trained.model().network().inputs());
        if (label instanceof Label.Classes classes) {
            summary.put("classes", classes.names().size());
        }
        summary.put("parameters", trained.model().parameters().length)
                .put("epochs", epochs)
                .put("steps", trained.steps())
                .put("kept_epoch", trained.result().keptEpoch());
        trained.metrics().forEach((set, metrics) -> {
            if (set.equals(Trained.TRAINING)) {
                putMetrics(summary, metrics, label);
            } else {
                putMetrics(summary.putObject(set).put("examples", metrics.examples()), metrics, label);
            }
        });
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

    /** The loss, and what else tells how good the model is; errors in the label's own units. */
    public static void putMetrics(ObjectNode node, Evaluation evaluation, Label label) {
        node.put("loss", evaluation.loss());
        if (label instanceof Label.Real real) {
            for (int k = 0; k < evaluation.targets(); k++) {
                Label.Real.Target target = real.targets().get(k);
                ObjectNode own = evaluation.targets() == 1 ? node : node.putObject(target.column());
                own.put("rmse", evaluation.rmse(k) * target.spread()).put("mae", evaluation.mae(k) * target.spread());
                if (Double.isFinite(evaluation.r2(k))) {
                    own.put("r2", evaluation.r2(k));
                } else {
                    own.putNull("r2");
                }
            }
        } else {
            node.put("accuracy", evaluation.accuracy());
        }
    }
}
