package dev.adjoint.worker.step;

/**
 * When a step is made, and how far it goes.
 *
 * @param step from 0 over all epochs
 * @param rate the learning rate
 */
public record Pace(long step, float rate) {
    /** At a multiple of the rate. */
    Pace times(double factor) {
        return factor == 1 ? this : new Pace(step, (float) (rate * factor));
    }
}
