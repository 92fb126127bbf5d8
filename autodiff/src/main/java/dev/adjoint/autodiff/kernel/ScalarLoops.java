package dev.adjoint.autodiff.kernel;

/** The loops in plain Java: the definition that {@code VectorLoops} is tested against. */
final class ScalarLoops implements Loops {
    @Override
    public void map(Unary function, float p, float[] a, int x, int out, int n) {
        switch (function) {
            case SCALE -> {
                for (int i = 0; i < n; i++) {
                    a[out + i] = p * a[x + i];
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
        }
    }

    @Override
    public void zip(Binary function, float[] a, int x, int y, int out, int n) {
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
        }
    }

    @Override
    public void zipWithScalar(Binary function, float[] a, int x, float y, int out, int n) {
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
        }
    }

    @Override
    public void zipScalarWith(Binary function, float[] a, float x, int y, int out, int n) {
        if (function == Binary.SUBTRACT) {
            for (int i = 0; i < n; i++) {
                a[out + i] = x - a[y + i];
            }
        } else {
            zipWithScalar(function, a, y, x, out, n);
        }
    }

    @Override
    public String description() {
        return "plain Java";
    }
}
