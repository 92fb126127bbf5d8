package dev.adjoint.autodiff.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The same through the Vector API: HotSpot vectorises no loop that may meet itself, and none that looks at bits. */
final class VectorArrays extends FloatArrays {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    VectorArrays() {}

    @Override
    public void add(float[] from, int start, float[] to, int at, int n) {
        int end = SPECIES.loopBound(n);
        for (int i = 0; i < end; i += LANES) {
            FloatVector.fromArray(SPECIES, to, at + i)
                    .add(FloatVector.fromArray(SPECIES, from, start + i))
                    .intoArray(to, at + i);
        }
        super.add(from, start + end, to, at + end, n - end);
    }

    /** The bits less their sign are in the order of the magnitude, infinity and NaN above all numbers. */
    @Override
    public boolean areFinite(float[] x, int start, int n) {
        int end = SPECIES.loopBound(n);
        IntVector largest = FloatVector.zero(SPECIES).reinterpretAsInts();
        for (int i = 0; i < end; i += LANES) {
            largest = FloatVector.fromArray(SPECIES, x, start + i)
                    .reinterpretAsInts()
                    .and(Integer.MAX_VALUE)
                    .max(largest);
        }
        return Float.isFinite(Float.intBitsToFloat(largest.reduceLanes(VectorOperators.MAX)))
                && super.areFinite(x, start + end, n - end);
    }
}
