package dev.adjoint.worker;

import dev.adjoint.autodiff.kernel.FloatArrays;
import java.io.Serializable;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** Where the vector stands; empty until something is added, so that an empty shard costs nothing to send. */
    private float[] array = NONE;

    private int offset;
    private int length;
    /** Whether the array is another's, who lets it be used until it computes again. */
    private transient boolean isLent;

    private double loss;
    private double weight;
    private long examples;

    /** The room of the vector after a {@link #clear}, for what comes next. */
    private transient float @Nullable [] room;

    /** The sum of no examples. */
    public WeightedSum() {}

    /** A sum with the given parts; the array becomes its own. */
    public WeightedSum(float[] vector, double loss, double weight, long examples) {
        this.array = vector;
        this.length = vector.length;
        this.loss = loss;
        this.weight = weight;
        this.examples = examples;
    }

    /**
     * A sum whose vector stands among others' numbers, and is let stand until it is {@link #keep kept}; who adds to it, changes it
     * there.
     *
     * @param at where in the array it begins
     */
    public static WeightedSum lent(float[] array, int at, int length, double loss, double weight, long examples) {
        WeightedSum sum = new WeightedSum(NONE, loss, weight, examples);
        sum.lend(array, at, length);
        return sum;
    }

    /** Makes this the sum of no examples again, and keeps its memory. */
    public void clear() {
        room = array.length > 0 && !isLent ? array : room;
        take(NONE, 0, 0, false);
        loss = 0;
        weight = 0;
        examples = 0;
    }

    private void take(float[] from, int at, int size, boolean lent) {
        array = from;
        offset = at;
        length = size;
        isLent = lent;
    }

    /** Of a sum without a vector: makes it what stands there, and is let stand until it is {@link #keep kept} or cleared. */
    void lend(float[] from, int at, int size) {
        take(from, at, size, true);
    }

    @Override
    public void keep() {
        if (isLent) {
            float[] lent = array;
            int at = offset;
            allocate(length);
            System.arraycopy(lent, at, array, 0, length);
        }
    }

    /** Adds {@code size} numbers of {@code from} from {@code at} on. */
    public void addVector(float[] from, int at, int size) {
        if (length == 0) {
            allocate(size);
            System.arraycopy(from, at, array, 0, size);
            return;
        }
        add(from, at, 0, size);
    }

    private void add(float[] from, int at, int begin, int end) {
        FloatArrays.get().add(from, at + begin, array, offset + begin, end - begin);
    }

    /** Makes the vector {@code factor} times what stands at each of {@code starts}, one after the other. */
    void setScaled(float factor, float[] from, int[] starts, int size) {
        allocate(starts.length * size);
        float[] vector = array;
        for (int s = 0; s < starts.length; s++) {
            int at = s * size;
            int start = starts[s];
            for (int i = 0; i < size; i++) {
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

    private void allocate(int size) {
        take(room != null && room.length == size ? room : new float[size], 0, size, false);
    }

    @Override
    public void add(WeightedSum right) {
        add(right, Sweep.WHOLE);
    }

    @Override
    public void add(WeightedSum right, Sweep sweep) {
        if (length == 0 && right.length > 0) {
            addVector(right.array, right.offset, right.length);
        } else if (right.length > 0) {
            sweep.forEach(length, (from, to) -> add(right.array, right.offset, from, to));
        }
        addLoss(right.loss, right.weight, right.examples);
    }

    /**
     * A copy of a stretch of the vector.
     *
     * @param counted with loss, weight and examples, or with none
     */
    public WeightedSum slice(int from, int to, boolean counted) {
        float[] part = length == 0 ? NONE : Arrays.copyOfRange(array, offset + from, offset + to);
        return counted ? new WeightedSum(part, loss, weight, examples) : new WeightedSum(part, 0, 0, 0);
    }

    /** A stretch of the vector where it stands, with all of the loss. */
    public WeightedSum stretch(int from, int to) {
        return length == 0
                ? new WeightedSum(NONE, loss, weight, examples)
                : lent(array, offset + from, to - from, loss, weight, examples);
    }

    /** Whether all numbers of the vector are finite. */
    public boolean isFinite(Sweep sweep) {
        AtomicBoolean finite = new AtomicBoolean(true);
        sweep.forEach(length, (from, to) -> {
            if (!FloatArrays.get().areFinite(array, offset + from, to - from)) {
                finite.set(false);
            }
        });
        return finite.get();
    }

    /** The weighted sum of the vectors; empty when there was no example. The array is this sum's own, and nothing else in it. */
    public float[] vector() {
        keep();
        return array;
    }

    /** Where the vector stands among others' numbers, which may be changed there and is not copied. */
    public float[] array() {
        return array;
    }

    /** Where it begins in {@link #array}. */
    public int offset() {
        return offset;
    }

    /** How many numbers it has. */
    public int length() {
        return length;
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
