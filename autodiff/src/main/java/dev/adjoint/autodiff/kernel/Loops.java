package dev.adjoint.autodiff.kernel;

import java.util.stream.Stream;

/**
 * Loops over runs of {@code n} consecutive elements of one array, at one precision. A result run may be an operand's run
 * and overlaps no other. Not for use by two threads at once: an implementation may keep a scratch array.
 */
interface Loops {
    /** {@code a[out + i] = function(a[x + i])}. */
    void map(Unary function, double parameter, int x, int out, int n);

    /** {@code a[out + i] = function(a[x + i], a[y + i])}. */
    void zip(Binary function, int x, int y, int out, int n);

    /** {@code a[out + i] = function(a[x + i], a[y])}. */
    void zipWithScalar(Binary function, int x, int y, int out, int n);

    /** {@code a[out + i] = function(a[x], a[y + i])}. */
    void zipScalarWith(Binary function, int x, int y, int out, int n);

    /** {@code a[out + i] = p a[x + i] + q a[y + i]}, each product rounded. */
    void combine(double p, int x, double q, int y, int out, int n);

    /**
     * {@code a[out + i] = a[c + i cStep] != 0 ? a[x + i xStep] : a[y + i yStep]}; a step is 0 or 1.
     */
    void select(int c, int cStep, int x, int xStep, int y, int yStep, int out, int n);

    /** {@code a[out + i] = a[x + i step]}. */
    void copy(int x, int step, int out, int n);

    /** {@code a[out + i] = value}. */
    void fill(double value, int out, int n);

    /** {@code a[x] + a[x + 1] + ...}, in this order and at this precision. */
    double sum(int x, int n);

    /** How many of {@code index} come before the first that is not one of {@code 0 .. length-1}. */
    default int indices(Block index, int length) {
        for (int i = 0; i < index.rows(); i++) {
            double value = get(index.offset() + i);
            if (!(value >= 0 && value < length && value == (int) value)) {
                return i;
            }
        }
        return index.rows();
    }

    /**
     * For each of the first {@code count} entries i, first one first: row {@code rows[i]} of {@code out} += {@code
     * values[i]} times row {@code columns[i]} of {@code x}.
     */
    void addScaledRows(Block values, Block rows, Block columns, int count, Block x, Block out);

    double get(int i);

    /** Rounds {@code value} to this precision. */
    void set(int i, double value);

    /** What serves, for people: "Vector API, 16 lanes" or "plain Java". */
    default String description() {
        return "plain Java";
    }

    /** The float32 loops that serve in this JVM. */
    static Loops float32(float[] a) {
        return areVectors() ? made(Loops.class, "VectorLoops", (Object) a) : new FloatLoops(a);
    }

    /** Whether the Vector API is there. */
    static boolean areVectors() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    /** By name: where the module is absent, the class could not even be linked. */
    static <T> T made(Class<T> type, String name, Object... arguments) {
        try {
            Class<?>[] types = Stream.of(arguments).map(Object::getClass).toArray(Class<?>[]::new);
            return Class.forName(Loops.class.getPackageName() + "." + name)
                    .asSubclass(type)
                    .getDeclaredConstructor(types)
                    .newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the class " + name + " is missing: the autodiff jar is incomplete", e);
        }
    }
}
