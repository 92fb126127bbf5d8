package dev.adjoint.driver.resident;

/** Tasks could not exchange their sums: the stage fails, and Spark runs it again. */
public final class ExchangeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExchangeException(String message) {
        super(message);
    }

    ExchangeException(String message, Throwable cause) {
        super(message, cause);
    }
}
