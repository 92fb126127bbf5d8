package dev.adjoint.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import java.util.List;
import java.util.Map;

/** A small model for each loss, and what tests of models share. */
public final class Models {
    public static final Features FEATURES = new Features(List.of(
            new Features.Numeric("size", List.of(0.1, -1e9), List.of(2.0, 1.0 / 3)),
            new Features.Categorical("colour", List.of("", "blue", "grün \"x\""))));

    private Models() {}

    public static Model model(StandardLoss loss) {
        Label label =
                switch (loss) {
                    case SOFTMAX_CROSS_ENTROPY -> new Label.Classes("kind", "string", List.of("a", "b", "c"));
                    case BINARY_CROSS_ENTROPY -> new Label.Classes("kind", "bigint", List.of("0", "1"));
                    case HALF_SQUARED_ERROR, SQUARED_ERROR, MEAN_SQUARED_ERROR, ABSOLUTE_ERROR, HUBER ->
                        new Label.Real("price", 1234.5, 0.1);
                };
        return model(loss, loss == StandardLoss.SOFTMAX_CROSS_ENTROPY ? 3 : 1, label);
    }

    public static Model model(StandardLoss loss, int outputs, Label label) {
        Network network = Network.perceptron(FEATURES.width(), List.of(4, 2), Activation.LEAKY_RELU, outputs, loss);
        return new Model(
                network,
                FEATURES,
                label,
                new Source("csv", true, List.of("size", "colour")),
                Map.of("seed", "3", "data", "a\nb"),
                network.initialParameters(3));
    }

    /** JSON without its quotes. */
    static JsonNode json(String text) {
        try {
            String quoted = text.contains("\"") ? text : text.replaceAll("([a-z][a-z-]*)", "\"$1\"");
            return new ObjectMapper().readTree(quoted);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Asserts that the code throws an {@link IllegalArgumentException} with this message. */
    public static void assertRejected(String message, Runnable code) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, code::run).getMessage());
    }
}
