package dev.adjoint.driver.checkpoint;

/** A checkpoint cannot be used; the message says which, and why. */
public final class CheckpointException extends Exception {
    private static final long serialVersionUID = 1L;

    public CheckpointException(String message) {
        super(message);
    }

    public CheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
