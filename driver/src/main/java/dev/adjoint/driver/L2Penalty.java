package dev.adjoint.driver;

import dev.adjoint.model.Network;

/** {@code strength / 2} times the sum of the squared weights, added once to the mean loss; biases are left out. */
record L2Penalty(Network network, double strength) {
    /** Adds the penalty's gradient to {@code gradient}. */
    void addGradient(float[] parameters, float[] gradient) {
        if (strength == 0) {
            return;
        }
        float factor = (float) strength;
        int at = 0;
        for (Network.Parameter parameter : network.parameters()) {
            for (int i = 0; parameter.isWeights() && i < parameter.size(); i++) {
                gradient[at + i] += factor * parameters[at + i];
            }
            at += parameter.size();
        }
    }
}
