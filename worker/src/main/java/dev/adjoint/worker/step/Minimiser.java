package dev.adjoint.worker.step;

import java.io.Serializable;
import java.util.List;

/** What goes from parameters to better ones: an {@link Optimiser}, by steps of each number by itself, or {@link Lbfgs}. */
public sealed interface Minimiser extends Serializable permits Optimiser, Lbfgs {
    /** The names of the vectors that it keeps beside the parameters, of their length; all are 0 before the first step. */
    List<String> state();
}
