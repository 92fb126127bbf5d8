package dev.adjoint.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelTest {
    private static final Label TWO = new Label.Classes("y", "string", List.of("a", "b"));
    private static final Label THREE = new Label.Classes("y", "string", List.of("a", "b", "c"));
    private static final Label REAL = new Label.Real("y", 0, 1);

    @Test
    void theNetworkTakesWhatThePreprocessingGives() {
        Model m = Models.model(StandardLoss.BINARY_CROSS_ENTROPY);
        Features narrow = new Features(List.of(new Features.Categorical("colour", List.of("blue", "red"))));
        Models.assertRejected(
                "the network takes 5 features, the preprocessing gives 2",
                () -> new Model(m.network(), narrow, m.label(), m.source(), m.provenance(), m.parameters()));
    }

    @Test
    void parametersAreAsManyAsTheNetworks() {
        Model m = Models.model(StandardLoss.BINARY_CROSS_ENTROPY);
        for (int length : new int[] {0, m.parameters().length - 1, m.parameters().length + 1}) {
            Models.assertRejected(
                    "the network has %d parameters, %d were given".formatted(m.parameters().length, length),
                    () -> new Model(m.network(), m.features(), m.label(), m.source(), Map.of(), new float[length]));
        }
    }

    @Test
    void theNetworkPredictsTheLabel() {
        assertMismatch("loss softmax-cross-entropy is not for numbers", StandardLoss.SOFTMAX_CROSS_ENTROPY, 3, REAL);
        assertMismatch("loss binary-cross-entropy is not for 3 classes", StandardLoss.BINARY_CROSS_ENTROPY, 1, THREE);
        assertMismatch("loss binary-cross-entropy is not for numbers", StandardLoss.BINARY_CROSS_ENTROPY, 1, REAL);
        assertMismatch("loss half-squared-error is not for 2 classes", StandardLoss.HALF_SQUARED_ERROR, 1, TWO);
        for (Label label : List.of(TWO, THREE)) {
            Models.assertRejected(
                    "a network with 4 outputs and loss softmax-cross-entropy does not predict label y",
                    () -> Models.model(StandardLoss.SOFTMAX_CROSS_ENTROPY, 4, label));
        }
    }

    @Test
    void theChecksumIsTheDigestOfLittleEndianFloats() throws GeneralSecurityException {
        // 1 = 0x3f800000, -2.5 = 0xc0200000, the smallest positive float = 0x00000001
        byte[] bytes = {0, 0, (byte) 0x80, 0x3f, 0, 0, 0x20, (byte) 0xc0, 1, 0, 0, 0};
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
        assertEquals(
                "%064x".formatted(new BigInteger(1, digest)), Model.checksum(new float[] {1, -2.5f, Float.MIN_VALUE}));
    }

    private static void assertMismatch(String why, StandardLoss loss, int outputs, Label label) {
        Models.assertRejected("label y: " + why, () -> Models.model(loss, outputs, label));
    }
}
