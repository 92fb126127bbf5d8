package dev.adjoint.driver.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import dev.adjoint.worker.step.Lbfgs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.mllib.linalg.DenseVector;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.Gradient;
import org.apache.spark.mllib.optimization.LBFGS;
import org.apache.spark.mllib.optimization.SimpleUpdater;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import scala.Tuple2;

/** The method by itself, on functions whose minima are known, beside Breeze's (which Spark's own models are trained by). */
class QuasiNewtonTest {
    /** A function to minimise, with its gradient. */
    private interface Function {
        double at(double[] x, double[] gradient);
    }

    private enum Problem implements Function {
        /** Of condition 100, in 10 dimensions. */
        QUADRATIC(new double[10], ones(10)) {
            @Override
            public double at(double[] x, double[] gradient) {
                double value = 3;
                for (int i = 0; i < x.length; i++) {
                    double curvature = Math.pow(100, i / (x.length - 1.0));
                    gradient[i] = curvature * (x[i] - 1);
                    value += curvature * (x[i] - 1) * (x[i] - 1) / 2;
                }
                return value;
            }
        },
        /** Rosenbrock (1960). */
        ROSENBROCK(new double[] {-1.2, 1}, ones(2)) {
            @Override
            public double at(double[] x, double[] gradient) {
                double a = 1 - x[0];
                double b = x[1] - x[0] * x[0];
                gradient[0] = -2 * a - 400 * x[0] * b;
                gradient[1] = 200 * b;
                return a * a + 100 * b * b;
            }
        },
        /** A step that is too long has no value. */
        BARRIER(new double[] {0.001}, new double[] {2}) {
            @Override
            public double at(double[] x, double[] gradient) {
                gradient[0] = 0.5 - 1 / x[0];
                return 0.5 * x[0] - Math.log(x[0]);
            }
        };

        private final double[] start;
        private final double[] minimum;

        Problem(double[] start, double[] minimum) {
            this.start = start;
            this.minimum = minimum;
        }
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** One evaluation after the other, until there is nothing left to search for. */
    private static final class Descending {
        private final QuasiNewton method;
        private final Function function;
        private final dev.adjoint.worker.Vectors vectors;
        private Optional<LineSearch> search = Optional.empty();
        private int evaluations;

        Descending(int history, Function function, double[] start) {
            this.method = new QuasiNewton(new Lbfgs(history));
            this.function = function;
            this.vectors = dev.adjoint.worker.Vectors.initial(
                    floats(start), method.options().state());
        }

        void evaluate() {
            float[] trial = method.trial(vectors, search);
            double[] gradient = new double[trial.length];
            double loss = function.at(doubles(trial), gradient);
            search = Optional.of(method.after(vectors, search, trial, loss, floats(gradient)));
            evaluations++;
        }

        boolean isOver() {
            return evaluations == 1000 || search.filter(LineSearch::converged).isPresent();
        }

        /** How many evaluations it takes to be as near as this. */
        int until(double[] minimum, double distance) {
            while (!isOver() && distance(vectors.parameters(), minimum) > distance) {
                evaluate();
            }
            return evaluations;
        }
    }

    private static double distance(float[] x, double[] y) {
        return IntStream.range(0, x.length)
                .mapToDouble(i -> Math.abs(x[i] - y[i]))
                .max()
                .orElseThrow();
    }

    private static float[] floats(double[] x) {
        float[] out = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = (float) x[i];
        }
        return out;
    }

    private static double[] doubles(float[] x) {
        return IntStream.range(0, x.length).mapToDouble(i -> x[i]).toArray();
    }

    /** A problem as Spark's L-BFGS has it, which is Breeze's: a sum over rows, of which there is one. */
    private static final class Counted extends Gradient {
        private static final long serialVersionUID = 1L;
        private static final List<double[]> ASKED = Collections.synchronizedList(new ArrayList<>());

        private final Problem problem;

        Counted(Problem problem) {
            this.problem = problem;
            ASKED.clear();
        }

        @Override
        public double compute(Vector row, double label, Vector weights, Vector sum) {
            double[] x = weights.toArray().clone();
            ASKED.add(x);
            double[] gradient = new double[x.length];
            double loss = problem.at(x, gradient);
            double[] total = ((DenseVector) sum).values();
            for (int i = 0; i < x.length; i++) {
                total[i] += gradient[i];
            }
            return loss;
        }
    }

    private static double[] byBreeze(Problem problem) {
        JavaSparkContext context =
                JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
        JavaRDD<Tuple2<Object, Vector>> row = context.parallelize(List.of(new Tuple2<>(0.0, Vectors.dense(0))), 1);
        return LBFGS.runLBFGS(
                        row.rdd(),
                        new Counted(problem),
                        new SimpleUpdater(),
                        10,
                        1e-9,
                        200,
                        0,
                        Vectors.dense(problem.start.clone()))
                ._1()
                .toArray();
    }

    @ParameterizedTest
    @EnumSource(Problem.class)
    void theMinimumIsBreezesInAsManyEvaluations(Problem problem) {
        assertArrayEquals(problem.minimum, byBreeze(problem), 1e-4);
        List<double[]> asked = Counted.ASKED;
        int evaluationsOfBreeze = 1
                + IntStream.range(0, asked.size())
                        .filter(i -> distance(floats(asked.get(i)), problem.minimum) <= 1e-4)
                        .findFirst()
                        .orElseThrow();

        Descending ours = new Descending(10, problem, problem.start);
        int evaluations = ours.until(problem.minimum, 1e-4);
        assertTrue(evaluations <= 2 * evaluationsOfBreeze, evaluations + " evaluations against " + evaluationsOfBreeze);
        while (!ours.isOver()) {
            ours.evaluate();
        }
        assertArrayEquals(floats(problem.minimum), ours.vectors.parameters(), 1e-4f);
    }
}
