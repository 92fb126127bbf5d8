package dev.adjoint.worker.step;

import java.io.Serializable;

/**
 * The learning rate as a function of the step alone, from 0: whoever knows the step knows the rate, so nothing is sent when it
 * changes, and a resumed training has nothing of it to restore.
 */
public sealed interface Schedule extends Serializable {
    /** The learning rate of a step, counted from 0 over all epochs. */
    double rate(long step);

    /** The same rate at every step. */
    record Constant(double value) implements Schedule {
        @Override
        public double rate(long step) {
            return value;
        }
    }
}
