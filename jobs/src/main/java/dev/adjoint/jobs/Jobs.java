package dev.adjoint.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adjoint.data.DataException;
import dev.adjoint.data.EvaluationData;
import dev.adjoint.data.Reader;
import dev.adjoint.data.ShardedData;
import dev.adjoint.model.Features;
import dev.adjoint.model.Label;
import dev.adjoint.model.Source;
import dev.adjoint.worker.Evaluation;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What more than one command does. */
final class Jobs {
    private Jobs() {}

    /** Runs something that reads {@code path}; when Spark fails at it, the data is to blame. */
    static <T> T reading(String path, Callable<T> read) {
        try {
            return read.call();
        } catch (DataException e) {
            throw e;
        } catch (Exception e) {
            String message = e.getMessage() == null ? e.toString() : e.getMessage();
            throw new DataException(
                    "%s cannot be read: %s"
                            .formatted(path, message.lines().findFirst().orElse("")),
                    e);
        }
    }

    static Dataset<Row> rows(Reader reader, String path, Source source, Features features) {
        return reader.read(path, source, vectorWidth(features));
    }

    static ShardedData evaluationData(Reader reader, String path, Source source, Features features, Label label) {
        return reading(path, () -> EvaluationData.all(rows(reader, path, source, features), path, features, label));
    }

    /** The width of the features' vector column, if there is one: libsvm files do not say how wide theirs are. */
    private static OptionalInt vectorWidth(Features features) {
        return features.columns().stream()
                .filter(column -> !(column instanceof Features.Categorical))
                .mapToInt(Features.Column::width)
                .filter(width -> width > 1)
                .findFirst();
    }

    /** The loss, and what else tells how good the model is; errors in the label's own units. */
    static void putMeasures(ObjectNode node, Evaluation evaluation, Label label) {
        node.put("loss", evaluation.loss());
        if (label instanceof Label.Real real) {
            node.put("rmse", evaluation.rmse() * real.deviation()).put("mae", evaluation.mae() * real.deviation());
            if (Double.isFinite(evaluation.r2())) {
                node.put("r2", evaluation.r2());
            } else {
                node.putNull("r2");
            }
        } else {
            node.put("accuracy", evaluation.accuracy());
        }
    }
}
