package dev.adjoint.driver;

import dev.adjoint.model.Network;

/**
 * All that a training is at one moment.
 *
 * @param step how many updates were made
 * @param parameters flat, in the network's order; the optimiser changes it in place
 * @param velocity the last update of each parameter, {@code dW(t-1)}; the optimiser changes it in place
 */
record TrainingState(long step, float[] parameters, float[] velocity) {
    static TrainingState initial(Network network, long seed) {
        float[] parameters = network.initialParameters(seed);
        return new TrainingState(0, parameters, new float[parameters.length]);
    }

    TrainingState after(int steps) {
        return new TrainingState(step + steps, parameters, velocity);
    }
}
