package dev.adjoint.driver;

import dev.adjoint.driver.data.DataException;
import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.training.Trainer;
import dev.adjoint.model.Model;
import dev.adjoint.model.features.Features;
import dev.adjoint.worker.Evaluation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * How much a model needs a column: by how much its loss grows where the column's values are those of other rows (Breiman 2001, <i>Random
 * forests</i>, section 10). Of columns that tell the same, each seems less needed than they are together; a column that the model does
 * without has about 0, on either side.
 *
 * @param column its name
 * @param loss by how much the mean loss grows, over several shuffles
 * @param least in the shuffle where it grows least
 * @param most in the shuffle where it grows most
 */
public record Importance(String column, double loss, double least, double most) {
    /** Fewer say too little of small tables. */
    private static final int SHUFFLES = 5;

    /**
     * Of each column that a model reads, the most needed first. The examples are gone over five times a column.
     *
     * @throws DataException when the model's features are sparse
     */
    public static List<Importance> of(SparkSession spark, Model model, ShardedData examples) {
        if (model.features().areSparse()) {
            throw new DataException(
                    "the importance of columns is of rows with all their features, and the model's are sparse");
        }
        Passes passes = Passes.of(JavaSparkContext.fromSparkContext(spark.sparkContext()), ReductionKind.AUTO);
        double usual = loss(passes, model, examples, Evaluation.Shuffle.NONE);
        List<Importance> all = new ArrayList<>();
        int at = 0;
        for (Features.Column column : model.features().columns()) {
            int from = at;
            at += column.width();
            if (column.width() > 0) {
                int to = at;
                double[] grown = IntStream.range(0, SHUFFLES)
                        .mapToDouble(k -> loss(passes, model, examples, new Evaluation.Shuffle(from, to, k)) - usual)
                        .sorted()
                        .toArray();
                double mean =
                        IntStream.range(0, SHUFFLES).mapToDouble(k -> grown[k]).sum() / SHUFFLES;
                all.add(new Importance(column.name(), mean, grown[0], grown[SHUFFLES - 1]));
            }
        }
        all.sort(Comparator.comparingDouble((Importance one) -> one.loss())
                .reversed()
                .thenComparing(Importance::column));
        return all;
    }

    private static double loss(Passes passes, Model model, ShardedData examples, Evaluation.Shuffle shuffle) {
        return Trainer.evaluate(passes, model.network(), model.parameters(), examples, shuffle)
                .loss();
    }
}
