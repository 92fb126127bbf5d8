package dev.adjoint.driver;

import dev.adjoint.model.Network;
import java.util.List;

/** {@code strength / 2} times the sum of the squared weights, added once to the mean loss; biases are left out. */
final class L2Penalty {
    /** Kept: a network finds them by recording its layers, which is no work for each step. */
    private final List<Network.Parameter> parameters;

    private final double strength;

    L2Penalty(Network network, double strength) {
        this.parameters = network.parameters();
        this.strength = strength;
    }

    /** Adds the penalty's gradient at {@code values} to {@code gradient}. */
    void addGradient(float[] values, float[] gradient) {
        if (strength == 0) {
            return;
        }
        float factor = (float) strength;
        int at = 0;
        for (Network.Parameter parameter : parameters) {
            for (int i = 0; parameter.isWeights() && i < parameter.size(); i++) {
                gradient[at + i] += factor * values[at + i];
            }
            at += parameter.size();
        }
    }
}
