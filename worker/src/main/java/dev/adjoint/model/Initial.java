package dev.adjoint.model;

import dev.adjoint.autodiff.Value;

/** How an affine layer's weights start, from {@code in} to {@code out} units: uniformly distributed within a bound, or normally. */
public enum Initial {
    /** What suits the activation behind it: {@link #HE} for rectifiers, {@link #LECUN} for selu, else {@link #GLOROT}. */
    AUTO,
    /** Within {@code sqrt(6 / (in + out))} (Glorot and Bengio 2010): variances keep their size forwards and backwards. */
    GLOROT,
    /** Within {@code sqrt(6 / in)} (He et al. 2015): a rectifier passes on half of its input's variance. */
    HE,
    /** Within {@code sqrt(3 / in)} (LeCun et al. 1998): the variance of what comes out is that of what goes in. */
    LECUN,
    /** Within 0.05, however wide the layers are. */
    SMALL_UNIFORM,
    /** Normally distributed, with the variance that {@link #AUTO} has. */
    GAUSSIAN;

    /** This one, or what suits the activation where that is not said. */
    private Initial before(Activation activation) {
        return this == AUTO || this == GAUSSIAN ? activation.initial() : this;
    }

    /** The bound of uniformly distributed weights in front of an activation; that of normally distributed ones of the same variance. */
    double bound(Activation activation, int in, int out) {
        return switch (before(activation)) {
            case HE -> Math.sqrt(6.0 / in);
            case LECUN -> Math.sqrt(3.0 / in);
            case SMALL_UNIFORM -> 0.05;
            default -> Math.sqrt(6.0 / (in + out));
        };
    }

    /** The weights of a layer, declared so. */
    Value weights(Scope scope, String name, int in, int out, Activation activation) {
        double bound = bound(activation, in, out);
        return this == GAUSSIAN
                ? scope.gaussianWeights(name, in, out, bound / Math.sqrt(3))
                : scope.weights(name, in, out, bound);
    }

    /** The name in configurations and model files, e.g. {@code small-uniform}. */
    @Override
    public String toString() {
        return Named.id(this);
    }
}
