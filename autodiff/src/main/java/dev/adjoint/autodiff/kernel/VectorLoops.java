package dev.adjoint.autodiff.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops through the Vector API.
 *
 * <p>One loop a function: a switch inside the loop, or a lambda for the function, leaves vectors boxed on the heap. So do
 * masks on JDK 17, and its masked stores are scalar: what is left after the whole vectors goes through a small array
 * instead, so that every element meets the same arithmetic wherever it stands. Binary functions are exact, and leave
 * their rest to the plain loops.
 */
final class VectorLoops implements Loops {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private final float[] rest = new float[LANES];
    private final ScalarLoops plain = new ScalarLoops();

    @Override
    public void map(Unary function, float p, float[] a, int x, int out, int n) {
        int end = SPECIES.loopBound(n);
        switch (function) {
            case SCALE -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i).mul(p).intoArray(a, out + i);
                }
            }
            case RELU -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i).max(0f).intoArray(a, out + i);
                }
            }
            case LEAKY_RELU -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector v = FloatVector.fromArray(SPECIES, a, x + i);
                    v.mul(p).blend(v, v.compare(VectorOperators.GT, 0f)).intoArray(a, out + i);
                }
            }
            case STEP -> {
                FloatVector below = FloatVector.broadcast(SPECIES, p);
                for (int i = 0; i < end; i += LANES) {
                    FloatVector v = FloatVector.fromArray(SPECIES, a, x + i);
                    below.blend(1f, v.compare(VectorOperators.GT, 0f)).intoArray(a, out + i);
                }
            }
            case EXP -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i)
                            .lanewise(VectorOperators.EXP)
                            .intoArray(a, out + i);
                }
            }
            case LOGISTIC -> {
                FloatVector one = FloatVector.broadcast(SPECIES, 1f);
                for (int i = 0; i < end; i += LANES) {
                    FloatVector v = FloatVector.fromArray(SPECIES, a, x + i);
                    one.div(v.neg().lanewise(VectorOperators.EXP).add(1f)).intoArray(a, out + i);
                }
            }
            case TANH -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i)
                            .lanewise(VectorOperators.TANH)
                            .intoArray(a, out + i);
                }
            }
        }
        if (end < n) {
            System.arraycopy(a, x + end, rest, 0, n - end);
            map(function, p, rest, 0, 0, LANES);
            System.arraycopy(rest, 0, a, out + end, n - end);
        }
    }

    @Override
    public void zip(Binary function, float[] a, int x, int y, int out, int n) {
        int end = SPECIES.loopBound(n);
        switch (function) {
            case ADD -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i)
                            .add(FloatVector.fromArray(SPECIES, a, y + i))
                            .intoArray(a, out + i);
                }
            }
            case SUBTRACT -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i)
                            .sub(FloatVector.fromArray(SPECIES, a, y + i))
                            .intoArray(a, out + i);
                }
            }
            case MULTIPLY -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i)
                            .mul(FloatVector.fromArray(SPECIES, a, y + i))
                            .intoArray(a, out + i);
                }
            }
        }
        plain.zip(function, a, x + end, y + end, out + end, n - end);
    }

    @Override
    public void zipWithScalar(Binary function, float[] a, int x, float y, int out, int n) {
        int end = SPECIES.loopBound(n);
        switch (function) {
            case ADD -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i).add(y).intoArray(a, out + i);
                }
            }
            case SUBTRACT -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i).sub(y).intoArray(a, out + i);
                }
            }
            case MULTIPLY -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i).mul(y).intoArray(a, out + i);
                }
            }
        }
        plain.zipWithScalar(function, a, x + end, y, out + end, n - end);
    }

    @Override
    public void zipScalarWith(Binary function, float[] a, float x, int y, int out, int n) {
        if (function != Binary.SUBTRACT) {
            zipWithScalar(function, a, y, x, out, n);
            return;
        }
        int end = SPECIES.loopBound(n);
        FloatVector left = FloatVector.broadcast(SPECIES, x);
        for (int i = 0; i < end; i += LANES) {
            left.sub(FloatVector.fromArray(SPECIES, a, y + i)).intoArray(a, out + i);
        }
        plain.zipScalarWith(function, a, x, y + end, out + end, n - end);
    }

    @Override
    public String description() {
        return "Vector API, " + LANES + " lanes";
    }
}
