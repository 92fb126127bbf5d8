package dev.adjoint.driver;

/**
 * Stochastic gradient descent with momentum (Rumelhart, Hinton and Williams 1986): {@code dW(t) = rate * gradient +
 * momentum * dW(t-1)}, {@code W <- W - dW(t)}.
 */
record MomentumSgd(float rate, float momentum) {
    MomentumSgd(double rate, double momentum) {
        this((float) rate, (float) momentum);
    }

    /** Changes {@code parameters} and {@code velocity}, which is {@code dW}; reads {@code gradient}. */
    void step(float[] parameters, float[] velocity, float[] gradient) {
        for (int i = 0; i < parameters.length; i++) {
            velocity[i] = rate * gradient[i] + momentum * velocity[i];
            parameters[i] -= velocity[i];
        }
    }
}
