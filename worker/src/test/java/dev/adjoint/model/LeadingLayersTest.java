package dev.adjoint.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.model.LeadingLayers.Taken;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeadingLayersTest {
    private static final Layer FIRST = new Affine(4, Activation.TANH);
    private static final Layer SECOND = new Affine(3, Activation.RELU);

    private static Network network(int outputs, Layer... layers) {
        return new Network(5, List.of(layers), outputs, StandardLoss.HALF_SQUARED_ERROR);
    }

    @Test
    void layersAreTakenUpToTheFirstThatDiffers() {
        Network trained = network(5, FIRST, SECOND, FIRST);
        assertEquals(
                List.of(new Taken(1, 1), new Taken(2, 2)),
                LeadingLayers.of(trained, network(1, FIRST, SECOND)).taken());
        assertEquals(
                List.of(new Taken(1, 1)),
                LeadingLayers.of(trained, network(1, FIRST, new Affine(3, Activation.TANH), FIRST))
                        .taken());
        assertEquals(
                List.of(), LeadingLayers.of(trained, network(1, SECOND, FIRST)).taken());
        assertEquals(List.of(), LeadingLayers.of(trained, network(1)).taken(), "outputs are never taken");
    }

    @Test
    void layersOfTrainingAlonePassForNothingAndTheOthersMustAgree() {
        Network trained = network(5, new Noise(0.5, 0), FIRST, new LayerNorm(), SECOND);
        assertEquals(
                List.of(new Taken(2, 1), new Taken(3, 3), new Taken(4, 4)),
                LeadingLayers.of(trained, network(1, FIRST, new Dropout(0.1), new LayerNorm(), SECOND))
                        .taken());
        assertEquals(
                List.of(new Taken(2, 1)),
                LeadingLayers.of(trained, network(1, FIRST, SECOND)).taken());
    }

    @Test
    void everyMemberTakesThoseOfAMember() {
        Network trained = network(5, FIRST, SECOND).withMembers(2);
        Network other = network(1, FIRST).withMembers(3);
        float[] parameters = trained.initialParameters(1);
        float[] initial = other.initialParameters(2);
        float[] taken = initial.clone();
        LeadingLayers.of(trained, other).copy(trained, parameters, other, taken);
        int ofLayer = 5 * 4 + 4;
        int ofTrained = parameters.length / 2;
        int ofOther = initial.length / 3;
        for (int member = 0; member < 3; member++) {
            int from = member % 2 * ofTrained;
            int to = member * ofOther;
            assertArrayEquals(
                    Arrays.copyOfRange(parameters, from, from + ofLayer),
                    Arrays.copyOfRange(taken, to, to + ofLayer),
                    "member " + member);
            assertArrayEquals(
                    Arrays.copyOfRange(initial, to + ofLayer, to + ofOther),
                    Arrays.copyOfRange(taken, to + ofLayer, to + ofOther),
                    "the outputs of member " + member + " begin anew");
        }
    }

    @Test
    void networksOfOtherFeaturesHaveNothingInCommon() {
        Models.assertRejected(
                "networks of 5 and of 6 features have no layer in common",
                () -> LeadingLayers.of(
                        network(5, FIRST), new Network(6, List.of(FIRST), 1, StandardLoss.HALF_SQUARED_ERROR)));
    }
}
