package dev.adjoint.worker.step;

/** What a step does with a parameter. */
public enum Role {
    /** It follows its gradient, with the penalty's: a matrix of weights. */
    PENALISED,
    /** It follows its gradient: a bias, a scale. */
    TRAINED,
    /**
     * It follows a statistic of the rows, as an exponential mean: its gradient is its distance from what they have, and the
     * optimiser has no part in it.
     */
    TRACKED
}
