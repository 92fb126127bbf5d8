package dev.adjoint.autodiff.kernel;

/** Loops over parts of arrays that are no arena: what long vectors are added up and looked at by. This class is the plain one. */
public class FloatArrays {
    private static final FloatArrays SERVING = serving();

    FloatArrays() {}

    private static FloatArrays serving() {
        return Loops.areVectors() ? Loops.made(FloatArrays.class, "VectorArrays") : new FloatArrays();
    }

    /** Those that serve in this JVM. */
    public static FloatArrays get() {
        return SERVING;
    }

    /** {@code to[at + i] += from[start + i]}, for {@code n} elements that do not overlap, or are the same. */
    public void add(float[] from, int start, float[] to, int at, int n) {
        for (int i = 0; i < n; i++) {
            to[at + i] += from[start + i];
        }
    }

    /** Whether all {@code n} elements from {@code start} on are finite. */
    public boolean areFinite(float[] x, int start, int n) {
        boolean finite = true;
        for (int i = 0; i < n; i++) {
            finite &= Float.isFinite(x[start + i]);
        }
        return finite;
    }
}
