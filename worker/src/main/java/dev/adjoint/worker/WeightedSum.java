package dev.adjoint.worker;

import java.io.Serializable;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The weighted sum of a vector and of the loss over examples, with the weight to divide them by. Nothing is divided here:
 * that happens once, on the driver.
 *
 * <p>The vector is the gradient; or, after local steps, the parameters of the replicas and then their optimisers' vectors.
 */
public final class WeightedSum implements Sum<WeightedSum>, Serializable {
    private static final long serialVersionUID = 1L;
    private static final float[] NONE = {};

    /** Empty until something is added, so that an empty shard costs nothing to send. */
    private float[] vector = NONE;

    private double loss;
    private double weight;
    private long examples;

    /** The room of {@link #vector} after a {@link #clear}, for what comes next. */
    private transient float @Nullable [] room;

    /** The sum of no examples. */
    public WeightedSum() {}

    /** A sum with the given parts; the array becomes its own. */
    public WeightedSum(float[] vector, double loss, double weight, long examples) {
        this.vector = vector;
        this.loss = loss;
        this.weight = weight;
        this.examples = examples;
    }

    /** Makes this the sum of no examples again, and keeps its memory. */
    public void clear() {
        room = vector.length > 0 ? vector : room;
        vector = NONE;
        loss = 0;
        weight = 0;
        examples = 0;
    }

    /** Adds {@code length} numbers of {@code from} from {@code offset} on. */
    public void addVector(float[] from, int offset, int length) {
        if (vector.length == 0) {
            take(length);
            System.arraycopy(from, offset, vector, 0, length);
            return;
        }
        for (int i = 0; i < length; i++) {
            vector[i] += from[offset + i];
        }
    }

    /** Makes the vector {@code factor} times what stands at each of {@code starts}, one after the other. */
    void setScaled(float factor, float[] from, int[] starts, int length) {
        take(starts.length * length);
        for (int s = 0; s < starts.length; s++) {
            int at = s * length;
            int start = starts[s];
            for (int i = 0; i < length; i++) {
                vector[at + i] = factor * from[start + i];
            }
        }
    }

    /**
     * Adds the loss of examples.
     *
     * @param loss the weighted sum of the examples' losses
     * @param weight the sum of the examples' weights
     */
    public void addLoss(double loss, double weight, long examples) {
        this.loss += loss;
        this.weight += weight;
        this.examples += examples;
    }

    private void take(int length) {
        vector = room != null && room.length == length ? room : new float[length];
    }

    @Override
    public void add(WeightedSum right) {
        add(right, Sweep.WHOLE);
    }

    @Override
    public void add(WeightedSum right, Sweep sweep) {
        float[] other = right.vector;
        if (vector.length == 0 && other.length > 0) {
            addVector(other, 0, other.length);
        } else if (other.length > 0) {
            sweep.forEach(other.length, (from, to) -> {
                for (int i = from; i < to; i++) {
                    vector[i] += other[i];
                }
            });
        }
        addLoss(right.loss, right.weight, right.examples);
    }

    /**
     * A copy of a stretch of the vector.
     *
     * @param counted with loss, weight and examples, or with none
     */
    public WeightedSum slice(int from, int to, boolean counted) {
        float[] part = vector.length == 0 ? NONE : Arrays.copyOfRange(vector, from, to);
        return counted ? new WeightedSum(part, loss, weight, examples) : new WeightedSum(part, 0, 0, 0);
    }

    /** Whether all numbers of the vector are finite. */
    public boolean isFinite(Sweep sweep) {
        AtomicInteger largest = new AtomicInteger();
        sweep.forEach(vector.length, (from, to) -> largest.accumulateAndGet(largest(vector, from, to), Math::max));
        return Float.isFinite(Float.intBitsToFloat(largest.get()));
    }

    /**
     * The bits of the largest magnitude among the numbers {@code from} to {@code to}, exclusive. The bits of a float less
     * its sign are in the order of its magnitude, infinity and NaN above all numbers; a largest integer is found by
     * vectors, a sum of squares is not.
     */
    private static int largest(float[] x, int from, int to) {
        int largest = 0;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, Float.floatToRawIntBits(x[i]) & Integer.MAX_VALUE);
        }
        return largest;
    }

    /** The weighted sum of the vectors; empty when there was no example. The array is this sum's own. */
    public float[] vector() {
        return vector;
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
