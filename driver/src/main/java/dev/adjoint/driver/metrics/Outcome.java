package dev.adjoint.driver.metrics;

/** How a training ended. */
public enum Outcome {
    /** By itself. */
    FINISHED,
    /** By an error. */
    FAILED,
    /** By someone who asked for it. */
    STOPPED
}
