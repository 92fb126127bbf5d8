package dev.adjoint.autodiff.show;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.Forward;
import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.Reverse;
import dev.adjoint.autodiff.Shape;
import dev.adjoint.autodiff.kernel.Block;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Compares the gradient that reverse mode gives with two others: with the tangents of forward mode, by the identity {@code
 * <u, J v> = <J' u, v>}, which is sharp; and with central differences {@code (f(w + h) - f(w - h)) / 2h} in float64, which
 * know nothing of the rules.
 */
public final class GradientCheck {
    /** The largest disagreement between the modes that passes. */
    public static final double IDENTITY_LIMIT = 1e-5;
    /** The largest error against differences that passes. */
    public static final double DIFFERENCE_LIMIT = 1e-4;

    /** About the cube root of the rounding unit: there the errors of rounding and of the difference are alike. */
    private static final double STEP = 6e-6;

    private final Program program;
    private final String output;
    private final Map<String, double[]> inputs;

    private GradientCheck(Program program, String output, Map<String, double[]> inputs) {
        this.program = program;
        this.output = output;
        this.inputs = inputs;
    }

    /**
     * How the gradient of one parameter compares with differences, at the element where it is worst.
     *
     * @param checked how many of its elements were compared
     * @param element the worst one, counted row by row
     * @param error the disagreement relative to the larger of the two, or to a hundredth of the program's largest gradient
     *     where both are smaller than that
     */
    public record Parameter(
            String name, Shape shape, int checked, int element, double gradient, double difference, double error) {
        /** The worst element, e.g. {@code W1[3,7]}. */
        public String where() {
            return "%s[%d,%d]".formatted(name, element / shape.columns(), element % shape.columns());
        }
    }

    /**
     * The outcome.
     *
     * @param identity32 the disagreement of the two modes in float32 about the derivative along a random direction, relative
     *     to what that usually is: the gradient's length times the root of the mean square of the direction
     * @param identity64 the same in float64
     */
    public record Result(double identity32, double identity64, List<Parameter> parameters) {
        public Result {
            parameters = List.copyOf(parameters);
        }

        /** The parameter with the largest error. */
        public Parameter worst() {
            return parameters.stream()
                    .max(Comparator.comparingDouble(p -> Double.isNaN(p.error) ? Double.POSITIVE_INFINITY : p.error))
                    .orElseThrow();
        }

        public boolean passed() {
            // Written so that a NaN does not pass.
            return identity32 <= IDENTITY_LIMIT
                    && identity64 <= IDENTITY_LIMIT
                    && parameters.stream().allMatch(p -> p.error <= DIFFERENCE_LIMIT);
        }

        /** A table with a line a parameter, and which is worst and by how much. */
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            text.append("%-10s %-12s %8s   %-14s %14s %14s %9s%n"
                    .formatted("parameter", "shape", "compared", "worst", "reverse mode", "difference", "error"));
            for (Parameter p : parameters) {
                text.append(String.format(
                        Locale.ROOT,
                        "%-10s %-12s %8d   %-14s %14.7g %14.7g %9.1e%n",
                        p.name,
                        p.shape,
                        p.checked,
                        p.where(),
                        p.gradient,
                        p.difference,
                        p.error));
            }
            Parameter worst = worst();
            return text.append(String.format(
                            Locale.ROOT,
                            "forward against reverse mode: %.1e in float32, %.1e in float64 (limit %.0e)%n"
                                    + "worst: %s, off by %.1e (limit %.0e)%n",
                            identity32,
                            identity64,
                            IDENTITY_LIMIT,
                            worst.where(),
                            worst.error,
                            DIFFERENCE_LIMIT))
                    .toString();
        }
    }

    /**
     * Checks the gradient of a scalar output with respect to every parameter.
     *
     * @param inputs the elements of every input, the parameters among them
     * @param most how many elements of each parameter to compare with differences; drawn by {@code seed} where it has more
     * @throws IllegalArgumentException when there is no such output, it is not a scalar, there is no parameter, or an input
     *     is missing or of another size
     */
    public static Result check(Program program, String output, Map<String, double[]> inputs, int most, long seed) {
        program.requireInputs(inputs);
        if (program.parameters().isEmpty()) {
            throw new IllegalArgumentException("a program without parameters has no gradient to check");
        }
        GradientCheck check = new GradientCheck(program, output, inputs);
        Program gradient = Reverse.gradient(program, output);
        Program tangent = Forward.tangent(program);
        Random random = new Random(seed);
        double identity32 = check.identity(Execution.float32(gradient), Execution.float32(tangent), random);
        Execution<double[]> reverse = Execution.float64(gradient);
        double identity64 = check.identity(reverse, Execution.float64(tangent), random);
        return new Result(identity32, identity64, check.differences(reverse, most, random));
    }

    private void write(Execution<?> execution) {
        inputs.forEach(execution::set);
    }

    /** The derivative along a random direction, by either mode. */
    private double identity(Execution<?> reverse, Execution<?> forward, Random random) {
        write(reverse);
        reverse.run();
        write(forward);
        double byReverse = 0;
        double gradientSquares = 0;
        double directionSquares = 0;
        int count = program.parameterCount();
        for (Program.Input parameter : program.parameters()) {
            double[] gradient = reverse.get(Reverse.gradientName(output, parameter.name()));
            double[] direction = random.doubles(gradient.length, -1, 1).toArray();
            forward.set(Forward.tangentName(parameter.name()), direction);
            for (int i = 0; i < gradient.length; i++) {
                byReverse += gradient[i] * direction[i];
                gradientSquares += gradient[i] * gradient[i];
                directionSquares += direction[i] * direction[i];
            }
        }
        forward.run();
        double byForward = forward.get(Forward.tangentName(output))[0];
        // What a product with a random direction usually comes to, however many the parameters are.
        double scale = Math.sqrt(gradientSquares * directionSquares / count);
        return byForward == byReverse ? 0 : Math.abs(byForward - byReverse) / scale;
    }

    private List<Parameter> differences(Execution<double[]> reverse, int most, Random random) {
        Execution<double[]> primal = Execution.float64(program);
        write(primal);
        double largest = 0;
        for (Program.Input parameter : program.parameters()) {
            for (double g : reverse.get(Reverse.gradientName(output, parameter.name()))) {
                largest = Math.max(largest, Math.abs(g));
            }
        }
        List<Parameter> parameters = new ArrayList<>();
        for (Program.Input parameter : program.parameters()) {
            double[] gradient = reverse.get(Reverse.gradientName(output, parameter.name()));
            @Nullable Parameter worst = null;
            int[] elements = elements(gradient.length, most, random);
            for (int element : elements) {
                Parameter one = compare(primal, parameter, elements.length, element, gradient[element], 0.01 * largest);
                worst = worst == null || !(one.error <= worst.error) ? one : worst;
            }
            if (worst != null) {
                parameters.add(worst);
            }
        }
        return parameters;
    }

    private static int[] elements(int size, int most, Random random) {
        return size <= most
                ? IntStream.range(0, size).toArray()
                : random.ints(0, size).distinct().limit(most).toArray();
    }

    /** Where the first difference disagrees, nearer points are tried: a rectifier's kink may lie between the two. */
    private Parameter compare(
            Execution<double[]> primal,
            Program.Input parameter,
            int checked,
            int element,
            double gradient,
            double floor) {
        Block block = primal.input(parameter.name());
        int at = block.offset() + element;
        double w = primal.arena()[at];
        @Nullable Parameter best = null;
        for (double step = STEP * Math.max(1, Math.abs(w)); ; step /= 8) {
            double above = valueAt(primal, at, w + step);
            double below = valueAt(primal, at, w - step);
            primal.arena()[at] = w;
            double difference = (above - below) / ((w + step) - (w - step));
            double scale = Math.max(floor, Math.max(Math.abs(gradient), Math.abs(difference)));
            double error = gradient == difference ? 0 : Math.abs(gradient - difference) / scale;
            if (best == null || error < best.error) {
                best = new Parameter(
                        parameter.name(), parameter.shape(), checked, element, gradient, difference, error);
            }
            if (best.error <= DIFFERENCE_LIMIT || step < STEP / 500) {
                return best;
            }
        }
    }

    private double valueAt(Execution<double[]> primal, int at, double w) {
        primal.arena()[at] = w;
        primal.run();
        return primal.get(output)[0];
    }
}
