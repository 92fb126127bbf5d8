package dev.adjoint.worker;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The weighted sum of examples' gradients and losses, with the weight to divide them by. Nothing is divided here: that
 * happens once, on the driver.
 */
public final class GradientSum implements Sum<GradientSum>, Serializable {
    private static final long serialVersionUID = 1L;
    private static final float[] NONE = {};

    /** Empty until the first gradient is added, so that an empty shard costs nothing to send. */
    private float[] gradient = NONE;

    private double loss;
    private double weight;
    private long examples;

    /** The sum of no examples. */
    public GradientSum() {}

    /** A sum with the given parts; the array becomes its own. */
    public GradientSum(float[] gradient, double loss, double weight, long examples) {
        this.gradient = gradient;
        this.loss = loss;
        this.weight = weight;
        this.examples = examples;
    }

    /**
     * Adds the gradient of a minibatch, {@code length} numbers of {@code from} from {@code offset} on.
     *
     * @param loss the weighted sum of the examples' losses
     * @param weight the sum of the examples' weights
     */
    public void add(float[] from, int offset, int length, double loss, double weight, long examples) {
        if (gradient.length == 0) {
            gradient = Arrays.copyOfRange(from, offset, offset + length);
        } else {
            for (int i = 0; i < length; i++) {
                gradient[i] += from[offset + i];
            }
        }
        this.loss += loss;
        this.weight += weight;
        this.examples += examples;
    }

    @Override
    public void add(GradientSum right) {
        if (right.gradient.length > 0) {
            add(right.gradient, 0, right.gradient.length, right.loss, right.weight, right.examples);
        }
    }

    /** The weighted sum of the gradients; empty when there was no example. The array is this sum's own. */
    public float[] gradient() {
        return gradient;
    }

    public double loss() {
        return loss;
    }

    public double weight() {
        return weight;
    }

    public long examples() {
        return examples;
    }
}
