package dev.adjoint.autodiff.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops through the Vector API. The last, partial vector is loaded and stored under a mask, so every element meets
 * the same arithmetic wherever it stands.
 *
 * <p>One loop a function: a switch inside the loop, or a lambda for the function, leaves vectors boxed on the heap.
 */
final class VectorLoops implements Loops {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    @Override
    public void map(Unary function, float p, float[] a, int x, int out, int n) {
        switch (function) {
            case SCALE -> {
                for (int i = 0; i < n; i += LANES) {
                    VectorMask<Float> m = SPECIES.indexInRange(i, n);
                    FloatVector.fromArray(SPECIES, a, x + i, m).mul(p).intoArray(a, out + i, m);
                }
            }
            case RELU -> {
                for (int i = 0; i < n; i += LANES) {
                    VectorMask<Float> m = SPECIES.indexInRange(i, n);
                    FloatVector.fromArray(SPECIES, a, x + i, m).max(0f).intoArray(a, out + i, m);
                }
            }
            case LEAKY_RELU -> {
                for (int i = 0; i < n; i += LANES) {
                    VectorMask<Float> m = SPECIES.indexInRange(i, n);
                    FloatVector v = FloatVector.fromArray(SPECIES, a, x + i, m);
                    v.mul(p).blend(v, v.compare(VectorOperators.GT, 0f)).intoArray(a, out + i, m);
                }
            }
            case STEP -> {
                FloatVector below = FloatVector.broadcast(SPECIES, p);
                for (int i = 0; i < n; i += LANES) {
                    VectorMask<Float> m = SPECIES.indexInRange(i, n);
                    FloatVector v = FloatVector.fromArray(SPECIES, a, x + i, m);
                    below.blend(1f, v.compare(VectorOperators.GT, 0f)).intoArray(a, out + i, m);
                }
            }
            case EXP -> {
                for (int i = 0; i < n; i += LANES) {
                    VectorMask<Float> m = SPECIES.indexInRange(i, n);
                    FloatVector.fromArray(SPECIES, a, x + i, m)
                            .lanewise(VectorOperators.EXP)
                            .intoArray(a, out + i, m);
                }
            }
            case LOGISTIC -> {
                FloatVector one = FloatVector.broadcast(SPECIES, 1f);
                for (int i = 0; i < n; i += LANES) {
                    VectorMask<Float> m = SPECIES.indexInRange(i, n);
                    FloatVector v = FloatVector.fromArray(SPECIES, a, x + i, m);
                    one.div(v.neg().lanewise(VectorOperators.EXP).add(1f)).intoArray(a, out + i, m);
                }
            }
            case TANH -> {
                for (int i = 0; i < n; i += LANES) {
                    VectorMask<Float> m = SPECIES.indexInRange(i, n);
                    FloatVector.fromArray(SPECIES, a, x + i, m)
                            .lanewise(VectorOperators.TANH)
                            .intoArray(a, out + i, m);
                }
            }
        }
    }

    @Override
    public void zip(Binary function, float[] a, int x, int y, int out, int n) {
        switch (function) {
            case ADD -> {
                for (int i = 0; i < n; i += LANES) {
                    VectorMask<Float> m = SPECIES.indexInRange(i, n);
                    FloatVector v = FloatVector.fromArray(SPECIES, a, x + i, m);
                    v.add(FloatVector.fromArray(SPECIES, a, y + i, m)).intoArray(a, out + i, m);
                }
            }
            case SUBTRACT -> {
                for (int i = 0; i < n; i += LANES) {
                    VectorMask<Float> m = SPECIES.indexInRange(i, n);
                    FloatVector v = FloatVector.fromArray(SPECIES, a, x + i, m);
                    v.sub(FloatVector.fromArray(SPECIES, a, y + i, m)).intoArray(a, out + i, m);
                }
            }
            case MULTIPLY -> {
                for (int i = 0; i < n; i += LANES) {
                    VectorMask<Float> m = SPECIES.indexInRange(i, n);
                    FloatVector v = FloatVector.fromArray(SPECIES, a, x + i, m);
                    v.mul(FloatVector.fromArray(SPECIES, a, y + i, m)).intoArray(a, out + i, m);
                }
            }
        }
    }

    @Override
    public void zipWithScalar(Binary function, float[] a, int x, float y, int out, int n) {
        switch (function) {
            case ADD -> {
                for (int i = 0; i < n; i += LANES) {
                    VectorMask<Float> m = SPECIES.indexInRange(i, n);
                    FloatVector.fromArray(SPECIES, a, x + i, m).add(y).intoArray(a, out + i, m);
                }
            }
            case SUBTRACT -> {
                for (int i = 0; i < n; i += LANES) {
                    VectorMask<Float> m = SPECIES.indexInRange(i, n);
                    FloatVector.fromArray(SPECIES, a, x + i, m).sub(y).intoArray(a, out + i, m);
                }
            }
            case MULTIPLY -> {
                for (int i = 0; i < n; i += LANES) {
                    VectorMask<Float> m = SPECIES.indexInRange(i, n);
                    FloatVector.fromArray(SPECIES, a, x + i, m).mul(y).intoArray(a, out + i, m);
                }
            }
        }
    }

    @Override
    public void zipScalarWith(Binary function, float[] a, float x, int y, int out, int n) {
        if (function == Binary.SUBTRACT) {
            FloatVector left = FloatVector.broadcast(SPECIES, x);
            for (int i = 0; i < n; i += LANES) {
                VectorMask<Float> m = SPECIES.indexInRange(i, n);
                left.sub(FloatVector.fromArray(SPECIES, a, y + i, m)).intoArray(a, out + i, m);
            }
        } else {
            zipWithScalar(function, a, y, x, out, n);
        }
    }

    @Override
    public String description() {
        return "Vector API, " + LANES + " lanes";
    }
}
