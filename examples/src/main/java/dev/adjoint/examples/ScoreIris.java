package dev.adjoint.examples;

import dev.adjoint.model.Model;
import dev.adjoint.model.ModelFiles;
import dev.adjoint.model.ModelFormatException;
import dev.adjoint.model.Scorer;
import dev.adjoint.model.features.Label;
import java.io.IOException;
import java.nio.file.Path;

/** Tells the species of three flowers with the model that {@code scripts/adjoint train --conf conf/iris.conf} saves. */
public final class ScoreIris {
    /** Length and width of the sepals, length and width of the petals, in centimetres. */
    private static final float[][] FLOWERS = {
        {5.1f, 3.5f, 1.4f, 0.2f}, {6.0f, 2.9f, 4.5f, 1.5f}, {6.3f, 3.3f, 6.0f, 2.5f}
    };

    private ScoreIris() {}

    public static void main(String[] args) throws IOException, ModelFormatException {
        Model model = ModelFiles.read(Path.of(args.length == 0 ? "target/models/iris" : args[0]));
        Scorer scorer = new Scorer(model, 1);
        Label.Classes species = (Label.Classes) model.label();
        for (float[] flower : FLOWERS) {
            double[] probabilities = scorer.predict(flower);
            System.out.printf("%-16s %s%n", species.names().get(scorer.likeliest(0)), percentages(probabilities));
        }
    }

    private static String percentages(double[] probabilities) {
        StringBuilder text = new StringBuilder();
        for (double probability : probabilities) {
            text.append("%6.1f %%".formatted(100 * probability));
        }
        return text.toString();
    }
}
