package dev.adjoint.autodiff.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops through the Vector API.
 *
 * <p>One loop a function, and few operations a loop. A switch or a lambda inside a loop, a mask, or more operations than
 * the compiler inlines (about twenty on JDK 17) leave vectors boxed on the heap, thirty times slower; so exp and its
 * kin are several short passes over a chunk that stays in the first-level cache. What does not fill a vector goes through
 * the chunk too; binary functions leave it to the plain loops, as does what no vector serves: a sum, which has an order.
 */
final class VectorLoops extends FloatLoops {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    /** A multiple of every vector length. */
    private static final int CHUNK = 512;

    /** The chunk's arguments; its results. */
    private final float[] in = new float[CHUNK];

    private final float[] result = new float[CHUNK];
    /** Of exp(y): y, then y / ln 2 plus the rounder; exp(r) - 1; and in the end exp(y). */
    private final float[] y = new float[CHUNK];

    private final float[] t = new float[CHUNK];
    private final float[] e1 = new float[CHUNK];
    private final float[] e = new float[CHUNK];
    /** Elu's own number. */
    private float factor;

    VectorLoops(float[] a) {
        super(a);
    }

    /** One loop over the chunk. The call that runs a pass has many targets, so the compiler takes each by itself. */
    private interface Pass {
        void run(int n);
    }

    private final Pass[] exp = {this::bounded, this::rest, this::series, this::scale, this::scaleAgain, this::resultIsE
    };
    private final Pass[] logistic = {
        this::minusMagnitude, this::rest, this::series, this::scale, this::scaleAgain, this::logisticOfE
    };
    private final Pass[] softplus = {
        this::minusMagnitude,
        this::rest,
        this::series,
        this::scale,
        this::scaleAgain,
        this::ratio,
        this::artanhSeries,
        this::softplusOfE
    };
    private final Pass[] elu = {this::negativePart, this::rest, this::series, this::expAndOneLess, this::eluOfE1};
    private final Pass[] tanh = {this::minusTwice, this::rest, this::series, this::expAndOneLess, this::tanhOfE};

    @Override
    public void map(Unary function, double parameter, int x, int out, int n) {
        switch (function) {
            case SCALE, SHIFT, CLIP, RELU, LEAKY_RELU, STEP, ABSOLUTE, SQRT, RECIPROCAL -> {
                int end = SPECIES.loopBound(n);
                whole(function, (float) parameter, a, x, out, end);
                System.arraycopy(a, x + end, in, 0, n - end);
                whole(function, (float) parameter, in, 0, 0, LANES);
                System.arraycopy(in, 0, a, out + end, n - end);
            }
            case EXP -> chunks(exp, x, out, n);
            case LOGISTIC -> chunks(logistic, x, out, n);
            case TANH -> chunks(tanh, x, out, n);
            case SOFTPLUS -> chunks(softplus, x, out, n);
            case ELU -> {
                factor = (float) parameter;
                chunks(elu, x, out, n);
            }
            default -> super.map(function, parameter, x, out, n);
        }
    }

    /** Of a number of elements that fills whole vectors. */
    private static void whole(Unary function, float p, float[] a, int x, int out, int end) {
        switch (function) {
            case SCALE -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i).mul(p).intoArray(a, out + i);
                }
            }
            case SHIFT -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i).add(p).intoArray(a, out + i);
                }
            }
            case CLIP -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i).min(p).max(-p).intoArray(a, out + i);
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
            case ABSOLUTE -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i).abs().intoArray(a, out + i);
                }
            }
            case SQRT -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i).sqrt().intoArray(a, out + i);
                }
            }
            case RECIPROCAL -> {
                FloatVector one = FloatVector.broadcast(SPECIES, 1f);
                for (int i = 0; i < end; i += LANES) {
                    one.div(FloatVector.fromArray(SPECIES, a, x + i)).intoArray(a, out + i);
                }
            }
            default -> throw new AssertionError(function);
        }
    }

    /** Runs the passes over one chunk after the other, the last one filled up to whole vectors. */
    private void chunks(Pass[] passes, int x, int out, int n) {
        for (int from = 0; from < n; from += CHUNK) {
            int m = Math.min(CHUNK, n - from);
            System.arraycopy(a, x + from, in, 0, m);
            for (Pass pass : passes) {
                pass.run((m + LANES - 1) / LANES * LANES);
            }
            System.arraycopy(result, 0, a, out + from, m);
        }
    }

    // The passes follow FloatMath operation by operation; the reasons stand there.

    private void bounded(int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, in, i);
            v.max(FloatMath.SMALLEST).min(FloatMath.LARGEST).intoArray(y, i);
        }
    }

    private void minusMagnitude(int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, in, i);
            v.abs().neg().max(FloatMath.SMALLEST).intoArray(y, i);
        }
    }

    private void minusTwice(int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, in, i);
            v.abs().mul(-2f).max(-20f).intoArray(y, i);
        }
    }

    private void rest(int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, y, i);
            FloatVector sum = v.mul(FloatMath.LOG2_E).add(FloatMath.ROUNDER);
            sum.intoArray(t, i);
            FloatVector k = sum.sub(FloatMath.ROUNDER);
            FloatVector high = v.sub(k.mul(FloatMath.LN2_HIGH));
            FloatVector low = k.mul(FloatMath.LN2_LOW);
            FloatVector r = high.sub(low);
            r.intoArray(y, i);
            high.sub(r).sub(low).intoArray(e1, i);
        }
    }

    private void series(int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector r = FloatVector.fromArray(SPECIES, y, i);
            FloatVector q = r.mul(FloatMath.C7).add(FloatMath.C6).mul(r).add(FloatMath.C5);
            q = q.mul(r).add(FloatMath.C4).mul(r).add(FloatMath.C3).mul(r).add(FloatMath.C2);
            FloatVector lost = FloatVector.fromArray(SPECIES, e1, i);
            r.add(r.mul(r).mul(q).add(lost)).intoArray(e1, i);
        }
    }

    private void scale(int n) {
        for (int i = 0; i < n; i += LANES) {
            IntVector k =
                    FloatVector.fromArray(SPECIES, t, i).reinterpretAsInts().sub(FloatMath.ROUNDER_BITS);
            IntVector half = k.lanewise(VectorOperators.ASHR, 1);
            IntVector bits =
                    half.lanewise(VectorOperators.LSHL, FloatMath.MANTISSA).add(FloatMath.ONE_BITS);
            FloatVector.fromArray(SPECIES, e1, i)
                    .add(1f)
                    .mul(bits.reinterpretAsFloats())
                    .intoArray(e, i);
        }
    }

    private void scaleAgain(int n) {
        for (int i = 0; i < n; i += LANES) {
            IntVector k =
                    FloatVector.fromArray(SPECIES, t, i).reinterpretAsInts().sub(FloatMath.ROUNDER_BITS);
            IntVector half = k.sub(k.lanewise(VectorOperators.ASHR, 1));
            IntVector bits =
                    half.lanewise(VectorOperators.LSHL, FloatMath.MANTISSA).add(FloatMath.ONE_BITS);
            FloatVector.fromArray(SPECIES, e, i).mul(bits.reinterpretAsFloats()).intoArray(e, i);
        }
    }

    private void logisticOfE(int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, e, i);
            FloatVector d = v.add(1f);
            VectorMask<Float> positive = FloatVector.fromArray(SPECIES, in, i).compare(VectorOperators.GE, 0f);
            FloatVector q = v.blend(1f, positive).div(d);
            FloatVector inverse = q.neg().add(1f).blend(q, positive);
            FloatVector rounded = v.sub(d.sub(1f));
            q.sub(q.mul(rounded).mul(inverse)).intoArray(result, i);
        }
    }

    private void ratio(int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, e, i);
            v.div(v.add(2f)).intoArray(e1, i);
        }
    }

    private void artanhSeries(int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector s = FloatVector.fromArray(SPECIES, e1, i);
            FloatVector z = s.mul(s);
            FloatVector q =
                    z.div(15f).add(FloatMath.S13).mul(z).add(FloatMath.S11).mul(z);
            q = q.add(FloatMath.S9)
                    .mul(z)
                    .add(FloatMath.S7)
                    .mul(z)
                    .add(FloatMath.S5)
                    .mul(z);
            q.add(FloatMath.S3).mul(z).intoArray(t, i);
        }
    }

    private void softplusOfE(int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, e, i);
            FloatVector s = FloatVector.fromArray(SPECIES, e1, i);
            FloatVector rest = v.sub(FloatVector.fromArray(SPECIES, t, i).mul(2f));
            FloatVector log = v.sub(s.mul(rest));
            FloatVector.fromArray(SPECIES, in, i).max(0f).add(log).intoArray(result, i);
        }
    }

    private void negativePart(int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, in, i);
            v.min(0f).max(-20f).intoArray(y, i);
        }
    }

    /** After the pass that leaves {@code 1 - exp} there. */
    private void eluOfE1(int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, in, i);
            FloatVector below = FloatVector.fromArray(SPECIES, e1, i).neg().mul(factor);
            below.blend(x, x.compare(VectorOperators.GT, 0f)).intoArray(result, i);
        }
    }

    private void resultIsE(int n) {
        System.arraycopy(e, 0, result, 0, n);
    }

    private void expAndOneLess(int n) {
        for (int i = 0; i < n; i += LANES) {
            IntVector k =
                    FloatVector.fromArray(SPECIES, t, i).reinterpretAsInts().sub(FloatMath.ROUNDER_BITS);
            IntVector bits =
                    k.lanewise(VectorOperators.LSHL, FloatMath.MANTISSA).add(FloatMath.ONE_BITS);
            FloatVector power = bits.reinterpretAsFloats();
            FloatVector v = FloatVector.fromArray(SPECIES, e1, i);
            power.mul(v).add(power.sub(1f)).neg().intoArray(e1, i); // 1 - e
            power.mul(v.add(1f)).intoArray(e, i);
        }
    }

    private void tanhOfE(int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, in, i);
            FloatVector v = FloatVector.fromArray(SPECIES, e, i);
            VectorMask<Float> far = x.abs().mul(-2f).compare(VectorOperators.LT, FloatMath.FAR);
            FloatVector q =
                    FloatVector.fromArray(SPECIES, e1, i).blend(v.mul(2f), far).div(v.add(1f));
            IntVector magnitude = q.blend(q.neg().add(1f), far).reinterpretAsInts();
            IntVector sign = x.reinterpretAsInts().and(Integer.MIN_VALUE);
            magnitude.and(Integer.MAX_VALUE).or(sign).reinterpretAsFloats().intoArray(result, i);
        }
    }

    @Override
    public void combine(double p, int x, double q, int y, int out, int n) {
        FloatVector first = FloatVector.broadcast(SPECIES, (float) p);
        FloatVector second = FloatVector.broadcast(SPECIES, (float) q);
        int end = SPECIES.loopBound(n);
        for (int i = 0; i < end; i += LANES) {
            first.mul(FloatVector.fromArray(SPECIES, a, x + i))
                    .add(second.mul(FloatVector.fromArray(SPECIES, a, y + i)))
                    .intoArray(a, out + i);
        }
        super.combine(p, x + end, q, y + end, out + end, n - end);
    }

    @Override
    public void zip(Binary function, int x, int y, int out, int n) {
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
            case DIVIDE -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i)
                            .div(FloatVector.fromArray(SPECIES, a, y + i))
                            .intoArray(a, out + i);
                }
            }
            case MAXIMUM -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i)
                            .max(FloatVector.fromArray(SPECIES, a, y + i))
                            .intoArray(a, out + i);
                }
            }
            case MINIMUM -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i)
                            .min(FloatVector.fromArray(SPECIES, a, y + i))
                            .intoArray(a, out + i);
                }
            }
            default -> end = 0;
        }
        super.zip(function, x + end, y + end, out + end, n - end);
    }

    @Override
    public void zipWithScalar(Binary function, int x, int yAt, int out, int n) {
        float y = a[yAt];
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
            case DIVIDE -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i).div(y).intoArray(a, out + i);
                }
            }
            case MAXIMUM -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i).max(y).intoArray(a, out + i);
                }
            }
            case MINIMUM -> {
                for (int i = 0; i < end; i += LANES) {
                    FloatVector.fromArray(SPECIES, a, x + i).min(y).intoArray(a, out + i);
                }
            }
            default -> end = 0;
        }
        super.zipWithScalar(function, x + end, yAt, out + end, n - end);
    }

    @Override
    public void zipScalarWith(Binary function, int xAt, int y, int out, int n) {
        FloatVector x = FloatVector.broadcast(SPECIES, a[xAt]);
        int end = SPECIES.loopBound(n);
        switch (function) {
            case ADD, MULTIPLY, MAXIMUM, MINIMUM -> {
                zipWithScalar(function, y, xAt, out, n);
                return;
            }
            case SUBTRACT -> {
                for (int i = 0; i < end; i += LANES) {
                    x.sub(FloatVector.fromArray(SPECIES, a, y + i)).intoArray(a, out + i);
                }
            }
            case DIVIDE -> {
                for (int i = 0; i < end; i += LANES) {
                    x.div(FloatVector.fromArray(SPECIES, a, y + i)).intoArray(a, out + i);
                }
            }
            default -> end = 0;
        }
        super.zipScalarWith(function, xAt, y + end, out + end, n - end);
    }

    /** A row of {@code out} that comes several times running stays in vectors, four of them at a time. */
    @Override
    public void addScaledRows(Block values, Block rows, Block columns, int count, Block x, Block out) {
        int n = out.columns();
        int vectors = n - n % (4 * LANES);
        for (int first = 0, last; first < count; first = last) {
            float row = a[rows.offset() + first];
            last = first + 1;
            while (last < count && a[rows.offset() + last] == row) {
                last++;
            }
            int to = out.offset() + n * (int) row;
            for (int j = 0; j < vectors; j += 4 * LANES) {
                addFourVectors(values.offset(), columns.offset(), first, last, x.offset() + j, n, to + j);
            }
        }
        if (vectors < n) {
            super.addScaledRows(values, rows, columns, count, x, out, vectors);
        }
    }

    private void addFourVectors(int values, int columns, int first, int last, int x, int n, int out) {
        FloatVector sum0 = FloatVector.fromArray(SPECIES, a, out);
        FloatVector sum1 = FloatVector.fromArray(SPECIES, a, out + LANES);
        FloatVector sum2 = FloatVector.fromArray(SPECIES, a, out + 2 * LANES);
        FloatVector sum3 = FloatVector.fromArray(SPECIES, a, out + 3 * LANES);
        for (int i = first; i < last; i++) {
            float value = a[values + i];
            int at = x + n * (int) a[columns + i];
            sum0 = sum0.add(FloatVector.fromArray(SPECIES, a, at).mul(value));
            sum1 = sum1.add(FloatVector.fromArray(SPECIES, a, at + LANES).mul(value));
            sum2 = sum2.add(FloatVector.fromArray(SPECIES, a, at + 2 * LANES).mul(value));
            sum3 = sum3.add(FloatVector.fromArray(SPECIES, a, at + 3 * LANES).mul(value));
        }
        sum0.intoArray(a, out);
        sum1.intoArray(a, out + LANES);
        sum2.intoArray(a, out + 2 * LANES);
        sum3.intoArray(a, out + 3 * LANES);
    }

    @Override
    public String description() {
        return "Vector API, " + LANES + " lanes";
    }
}
