package dev.adjoint.autodiff.kernel;

/**
 * Element-wise loops over runs of {@code n} consecutive elements of one array. A result run may be an operand's run and
 * overlaps no other. Not for use by two threads at once: an implementation may keep a scratch array.
 */
interface Loops {
    /** {@code a[out + i] = function(a[x + i])}. */
    void map(Unary function, float parameter, float[] a, int x, int out, int n);

    /** {@code a[out + i] = function(a[x + i], a[y + i])}. */
    void zip(Binary function, float[] a, int x, int y, int out, int n);

    /** {@code a[out + i] = function(a[x + i], y)}. */
    void zipWithScalar(Binary function, float[] a, int x, float y, int out, int n);

    /** {@code a[out + i] = function(x, a[y + i])}. */
    void zipScalarWith(Binary function, float[] a, float x, int y, int out, int n);

    /** What serves, for people: "Vector API, 16 lanes" or "plain Java". */
    String description();

    /** The loops that serve in this JVM. */
    static Loops create() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() ? vectorLoops() : new ScalarLoops();
    }

    private static Loops vectorLoops() {
        try {
            // By name: where the module is absent, the class could not even be linked.
            return Class.forName("dev.adjoint.autodiff.kernel.VectorLoops")
                    .asSubclass(Loops.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the class VectorLoops is missing: the autodiff jar is incomplete", e);
        }
    }
}
