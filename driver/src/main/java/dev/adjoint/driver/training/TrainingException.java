package dev.adjoint.driver.training;

/** A training that could not go on: it diverged, or Spark gave up. The message says at which step, and what to change. */
public final class TrainingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TrainingException(String message) {
        super(message);
    }

    public TrainingException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether the training diverged, and all else did as it should. */
    public boolean isDivergence() {
        return getCause() instanceof Trainer.DivergedException;
    }
}
