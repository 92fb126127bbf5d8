package dev.adjoint.worker;

import java.io.Serializable;

/**
 * What a round begins with.
 *
 * @param round the rows that it takes
 * @param step how many steps were made before it
 * @param factor of the learning rate, 1 until the training was rolled back
 * @param vectors the parameters; with local steps the optimiser's too; only read
 */
public record Begin(Round round, long step, double factor, Vectors vectors) implements Serializable {
    /** With vectors of its own. */
    public Begin copy() {
        return new Begin(round, step, factor, vectors.copy());
    }
}
