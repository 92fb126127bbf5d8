package dev.adjoint.autodiff.kernel;

import java.util.Arrays;

/** The loops in float64: for checking gradients and for graphs made on the fly, where digits count and time does not. */
final class DoubleLoops implements Loops {
    private final double[] a;

    DoubleLoops(double[] a) {
        this.a = a;
    }

    @Override
    public void map(Unary function, double parameter, int x, int out, int n) {
        for (int i = 0; i < n; i++) {
            a[out + i] = function.of(a[x + i], parameter);
        }
    }

    @Override
    public void combine(double p, int x, double q, int y, int out, int n) {
        for (int i = 0; i < n; i++) {
            a[out + i] = p * a[x + i] + q * a[y + i];
        }
    }

    @Override
    public void zip(Binary function, int x, int y, int out, int n) {
        for (int i = 0; i < n; i++) {
            a[out + i] = function.of(a[x + i], a[y + i]);
        }
    }

    @Override
    public void zipWithScalar(Binary function, int x, int yAt, int out, int n) {
        double y = a[yAt];
        for (int i = 0; i < n; i++) {
            a[out + i] = function.of(a[x + i], y);
        }
    }

    @Override
    public void zipScalarWith(Binary function, int xAt, int y, int out, int n) {
        double x = a[xAt];
        for (int i = 0; i < n; i++) {
            a[out + i] = function.of(x, a[y + i]);
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
        for (int i = 0; i < n; i++) {
            a[out + i] = a[x + i * step];
        }
    }

    @Override
    public void fill(double value, int out, int n) {
        Arrays.fill(a, out, out + n, value);
    }

    @Override
    public double sum(int x, int n) {
        double total = 0;
        for (int i = 0; i < n; i++) {
            total += a[x + i];
        }
        return total;
    }

    @Override
    public void addScaledRows(Block values, Block rows, Block columns, int count, Block x, Block out) {
        int n = out.columns();
        for (int i = 0; i < count; i++) {
            double value = a[values.offset() + i];
            int to = out.offset() + n * (int) a[rows.offset() + i];
            int from = x.offset() + n * (int) a[columns.offset() + i];
            for (int j = 0; j < n; j++) {
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
        a[i] = value;
    }
}
