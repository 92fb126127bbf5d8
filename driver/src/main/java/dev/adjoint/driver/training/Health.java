package dev.adjoint.driver.training;

import java.util.List;

/**
 * How the layers of a network are after an epoch, on some rows of the training examples, as it scores them.
 *
 * @param rows how many
 * @param layers first to last, the affine one to the outputs included; those that compute nothing while scoring, such as dropout, are
 *     left out
 */
public record Health(int rows, List<OfLayer> layers) {
    public Health {
        layers = List.copyOf(layers);
    }

    /**
     * One layer, over all members of the network.
     *
     * @param number in the list of layers, from 1
     * @param kind what it is: {@code relu}, {@code batch-norm}
     * @param outputs what it puts out
     * @param gradients of the mean loss by its parameters; all 0 where it has none
     * @param dead the share of its units that are 0 for every row; of relu, else 0
     * @param saturated the share of its outputs where the function is flatter than a 25th of its steepest; of logistic and tanh, else
     *     0
     * @param update the norm of what the last round has added to its parameters over their norm; NaN where they are all 0 or it has
     *     none
     */
    public record OfLayer(
            int number, String kind, Spread outputs, Spread gradients, double dead, double saturated, double update) {}

    /** Of some numbers. */
    public record Spread(double least, double most, double mean, double deviation) {
        static final Spread NONE = new Spread(0, 0, 0, 0);

        /** The root of the mean square. */
        public double rootMeanSquare() {
            return Math.hypot(mean, deviation);
        }
    }
}
