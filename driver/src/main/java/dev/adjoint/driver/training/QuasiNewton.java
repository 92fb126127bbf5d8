package dev.adjoint.driver.training;

import dev.adjoint.driver.training.LineSearch.Past;
import dev.adjoint.driver.training.LineSearch.Point;
import dev.adjoint.worker.Vectors;
import dev.adjoint.worker.step.Lbfgs;
import java.util.Arrays;
import java.util.Optional;

/**
 * Minimises a function by L-BFGS with a line search, an evaluation at a time: {@link #trial} says where, {@link #after} is told
 * what came of it. The vectors are those that {@link Lbfgs#state} names, and the parameters are the last iterate; before the
 * first evaluation there is no search.
 *
 * <p>Sums are in double and in the order of the parameters, whatever computes: a dot product by several threads would be no
 * faster than the memory, and the examples cost more than all of them.
 */
record QuasiNewton(Lbfgs options) {
    /** Less, as a cosine of the two differences, is rounding and no curvature. */
    private static final double LEAST_CURVATURE = 0x1p-23;

    /** Where the function is to be evaluated next; the iterate itself at first. */
    float[] trial(Vectors vectors, Optional<LineSearch> search) {
        float[] trial = vectors.parameters().clone();
        search.ifPresent(now -> addScaled(now.length(), direction(vectors), trial));
        return trial;
    }

    /**
     * Goes on with what an evaluation came to, which must be finite at the first.
     *
     * @param vectors changed where the trial becomes the iterate, and with every new direction
     * @param trial as {@link #trial} gave it
     * @param loss there
     * @param gradient there; only read
     */
    LineSearch after(Vectors vectors, Optional<LineSearch> search, float[] trial, double loss, float[] gradient) {
        if (search.isEmpty()) {
            copy(gradient, gradient(vectors));
            return steepest(vectors, loss, Past.none(loss));
        }
        LineSearch now = search.get();
        if (Arrays.equals(trial, vectors.parameters())) {
            return withoutHistory(vectors, now); // float32 has no point in between
        }
        double slope = dot(gradient, direction(vectors));
        Point point = Double.isFinite(loss) && Double.isFinite(slope)
                ? new Point(now.length(), loss, slope)
                : Point.outside(now.length());
        if (!now.accepts(point)) {
            LineSearch next = now.after(point);
            return next.hasFailed() ? withoutHistory(vectors, next) : next;
        }
        LineSearch next = fromNewIterate(vectors, now.past().then(loss), trial, loss, gradient);
        return next.past().isStalled() ? next.end() : next;
    }

    /** From the iterate along its gradient; where that was tried, there is nothing lower that float32 can tell. */
    private static LineSearch withoutHistory(Vectors vectors, LineSearch failed) {
        return failed.past().pairs() == 0
                ? failed.end()
                : steepest(vectors, failed.start().loss(), failed.past());
    }

    private LineSearch fromNewIterate(Vectors vectors, Past before, float[] trial, double loss, float[] gradient) {
        Past past = before;
        if (isConvex(vectors, trial, gradient)) {
            subtract(trial, vectors.parameters(), difference(vectors, past.next()));
            subtract(gradient, gradient(vectors), differenceOfGradients(vectors, past.next()));
            past = past.withPair(options.history());
        }
        copy(trial, vectors.parameters());
        copy(gradient, gradient(vectors));
        if (past.pairs() == 0) {
            return steepest(vectors, loss, past);
        }
        newton(vectors, past);
        double slope = dot(gradient, direction(vectors));
        return slope < 0 ? LineSearch.from(loss, slope, 1, past) : steepest(vectors, loss, past);
    }

    /** Whether the gradient grew along the step by more than rounding, so that the approximated Hessian stays positive. */
    private static boolean isConvex(Vectors vectors, float[] trial, float[] gradient) {
        float[] x = vectors.parameters();
        float[] g = gradient(vectors);
        double sy = 0;
        double ss = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            double s = (double) trial[i] - x[i];
            double y = (double) gradient[i] - g[i];
            sy += s * y;
            ss += s * s;
            yy += y * y;
        }
        return sy > LEAST_CURVATURE * Math.sqrt(ss * yy);
    }

    /** Down the gradient, and at first no further than a distance of 1; at a gradient of 0 the end. */
    private static LineSearch steepest(Vectors vectors, double loss, Past past) {
        float[] gradient = gradient(vectors);
        float[] direction = direction(vectors);
        for (int i = 0; i < direction.length; i++) {
            direction[i] = -gradient[i];
        }
        double norm = norm(gradient);
        LineSearch search = LineSearch.from(loss, -norm * norm, Math.min(1, 1 / norm), past.forgotten());
        return norm == 0 ? search.end() : search;
    }

    /** Makes the direction minus the inverse Hessian times the gradient, by the two loops of Nocedal and Wright's algorithm 7.4. */
    private void newton(Vectors vectors, Past past) {
        int pairs = past.pairs();
        int newest = past.next() - 1 + options.history();
        double[] q = new double[vectors.parameters().length];
        float[] gradient = gradient(vectors);
        for (int i = 0; i < q.length; i++) {
            q[i] = gradient[i];
        }
        double[] alpha = new double[pairs];
        double[] sy = new double[pairs];
        for (int age = 0; age < pairs; age++) {
            int pair = (newest - age) % options.history();
            float[] s = difference(vectors, pair);
            float[] y = differenceOfGradients(vectors, pair);
            sy[age] = dot(s, y);
            alpha[age] = dot(q, s) / sy[age];
            addScaled(-alpha[age], y, q);
        }
        float[] y = differenceOfGradients(vectors, newest % options.history());
        double scale = sy[0] / dot(y, y);
        for (int i = 0; i < q.length; i++) {
            q[i] *= scale;
        }
        for (int age = pairs - 1; age >= 0; age--) {
            int pair = (newest - age) % options.history();
            double beta = dot(q, differenceOfGradients(vectors, pair)) / sy[age];
            addScaled(alpha[age] - beta, difference(vectors, pair), q);
        }
        float[] direction = direction(vectors);
        for (int i = 0; i < q.length; i++) {
            direction[i] = (float) -q[i];
        }
    }

    /** Of the gradient at the iterate. */
    double gradientNorm(Vectors vectors) {
        return norm(gradient(vectors));
    }

    private static float[] gradient(Vectors vectors) {
        return vectors.state().get(0);
    }

    private static float[] direction(Vectors vectors) {
        return vectors.state().get(1);
    }

    private static float[] difference(Vectors vectors, int pair) {
        return vectors.state().get(2 + 2 * pair);
    }

    private static float[] differenceOfGradients(Vectors vectors, int pair) {
        return vectors.state().get(3 + 2 * pair);
    }

    private static void copy(float[] from, float[] to) {
        System.arraycopy(from, 0, to, 0, to.length);
    }

    private static void subtract(float[] a, float[] b, float[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] = a[i] - b[i];
        }
    }

    private static void addScaled(double factor, float[] x, float[] sum) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (float) (sum[i] + factor * x[i]);
        }
    }

    private static void addScaled(double factor, float[] x, double[] sum) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += factor * x[i];
        }
    }

    private static double norm(float[] x) {
        return Math.sqrt(dot(x, x));
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static double dot(double[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
