package dev.adjoint.autodiff.kernel;

import java.util.Arrays;

/**
 * The float32 loops in plain Java: the definition that {@code VectorLoops} is tested against. What training uses most has
 * a loop of its own; the rest goes through the functions' float64 definition.
 */
class FloatLoops implements Loops {
    final float[] a;

    FloatLoops(float[] a) {
        this.a = a;
    }

    @Override
    public void map(Unary function, double parameter, int x, int out, int n) {
        float p = (float) parameter;
        switch (function) {
            case SCALE -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = p * a[x + i];
                }
            }
            case SHIFT -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = a[x + i] + p;
                }
            }
            case CLIP -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = Math.max(-p, Math.min(a[x + i], p));
                }
            }
            case RELU -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = Math.max(a[x + i], 0f);
                }
            }
            case LEAKY_RELU -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = a[x + i] > 0 ? a[x + i] : p * a[x + i];
                }
            }
            case STEP -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = a[x + i] > 0 ? 1f : p;
                }
            }
            case EXP -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = FloatMath.exp(a[x + i]);
                }
            }
            case LOGISTIC -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = FloatMath.logistic(a[x + i]);
                }
            }
            case TANH -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = FloatMath.tanh(a[x + i]);
                }
            }
            case SOFTPLUS -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = FloatMath.softplus(a[x + i]);
                }
            }
            case ELU -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = a[x + i] > 0 ? a[x + i] : p * FloatMath.expm1OfNegative(a[x + i]);
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = (float) function.of(a[x + i], parameter);
                }
            }
        }
    }

    @Override
    public void combine(double p, int x, double q, int y, int out, int n) {
        float first = (float) p;
        float second = (float) q;
        for (int i = 0; i < n; i++) {
            a[out + i] = first * a[x + i] + second * a[y + i];
        }
    }

    @Override
    public void zip(Binary function, int x, int y, int out, int n) {
        switch (function) {
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = a[x + i] + a[y + i];
                }
            }
            case SUBTRACT -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = a[x + i] - a[y + i];
                }
            }
            case MULTIPLY -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = a[x + i] * a[y + i];
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = (float) function.of(a[x + i], a[y + i]);
                }
            }
        }
    }

    @Override
    public void zipWithScalar(Binary function, int x, int yAt, int out, int n) {
        float y = a[yAt];
        switch (function) {
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = a[x + i] + y;
                }
            }
            case SUBTRACT -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = a[x + i] - y;
                }
            }
            case MULTIPLY -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = a[x + i] * y;
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = (float) function.of(a[x + i], y);
                }
            }
        }
    }

    @Override
    public void zipScalarWith(Binary function, int xAt, int y, int out, int n) {
        float x = a[xAt];
        switch (function) {
            case ADD, MULTIPLY -> zipWithScalar(function, y, xAt, out, n);
            case SUBTRACT -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = x - a[y + i];
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = (float) function.of(x, a[y + i]);
                }
            }
        }
    }

    @Override
    public void select(int c, int cStep, int x, int xStep, int y, int yStep, int out, int n) {
        for (int i = 0; i < n; i++) {
            a[out + i] = a[c + i * cStep] != 0 ? a[x + i * xStep] : a[y + i * yStep];
        }
    }

    @Override
    public void copy(int x, int step, int out, int n) {
        if (step == 1) {
            System.arraycopy(a, x, a, out, n);
        } else if (step == 0) {
            Arrays.fill(a, out, out + n, a[x]);
        } else {
            for (int i = 0; i < n; i++) {
                a[out + i] = a[x + i * step];
            }
        }
    }

    @Override
    public void fill(double value, int out, int n) {
        Arrays.fill(a, out, out + n, (float) value);
    }

    @Override
    public double sum(int x, int n) {
        float total = 0;
        for (int i = 0; i < n; i++) {
            total += a[x + i];
        }
        return total;
    }

    @Override
    public void addScaledRows(Block values, Block rows, Block columns, int count, Block x, Block out) {
        addScaledRows(values, rows, columns, count, x, out, 0);
    }

    /** From column {@code first} of {@code x} and {@code out} on. */
    void addScaledRows(Block values, Block rows, Block columns, int count, Block x, Block out, int first) {
        int n = out.columns();
        for (int i = 0; i < count; i++) {
            float value = a[values.offset() + i];
            int to = out.offset() + n * (int) a[rows.offset() + i];
            int from = x.offset() + n * (int) a[columns.offset() + i];
            for (int j = first; j < n; j++) {
                a[to + j] += value * a[from + j];
            }
        }
    }

    @Override
    public double get(int i) {
        return a[i];
    }

    @Override
    public void set(int i, double value) {
        a[i] = (float) value;
    }
}
