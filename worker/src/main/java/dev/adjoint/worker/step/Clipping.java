package dev.adjoint.worker.step;

import java.io.Serializable;

/**
 * Keeps the gradient of the mean loss from being large, before a penalty's is added.
 *
 * @param value each number of it lies within plus and minus this; infinite for any
 * @param norm its Euclidean norm is this at most, to which a longer one is scaled (Pascanu, Mikolov and Bengio 2013); infinite
 *     for any
 */
public record Clipping(double value, double norm) implements Serializable {
    public static final Clipping NONE = new Clipping(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    static double squares(float[] numbers, int from, int to) {
        double squares = 0;
        for (int i = from; i < to; i++) {
            squares += (double) numbers[i] * numbers[i];
        }
        return squares;
    }

    /** What a gradient of this norm is multiplied by. */
    double factor(double of) {
        return of > norm ? norm / of : 1;
    }
}
