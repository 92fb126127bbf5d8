package dev.adjoint.examples;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.Losses;
import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.ProgramBuilder;
import dev.adjoint.autodiff.Reverse;
import dev.adjoint.autodiff.Value;
import dev.adjoint.autodiff.kernel.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The two-layer net {@code softmax(h(x V + a) W + b)} with 16 logistic units on two measures of iris, trained by gradient
 * descent until the gradient is small, and a picture of where it decides for which species.
 */
public final class IrisBoundaries {
    private static final int UNITS = 16;
    private static final double LEARNING_RATE = 1;
    /** A gradient shorter than this ends the descent. */
    private static final double SMALLEST = 1e-3;

    private final Iris iris;
    private final Execution<double[]> gradient;
    private int iterations;
    private double norm = Double.POSITIVE_INFINITY;

    IrisBoundaries(Iris iris) {
        this.iris = iris;
        this.gradient = Execution.float64(Reverse.gradient(net(iris.species().length), "loss"));
        gradient.set("x", iris.x());
        gradient.set("y", iris.species());
        int parameters = gradient.program().parameterCount();
        for (int i = 0; i < parameters; i++) {
            gradient.arena()[i] = CounterRandom.uniform(1, 0, i) - 0.5; // equal units would stay equal
        }
    }

    /** The mean cross-entropy of so many flowers, and the probability of each species. */
    private static Program net(int rows) {
        ProgramBuilder net = new ProgramBuilder();
        Value x = net.input("x", rows, 2);
        Value y = net.input("y", rows, 1);
        Value hidden = x.matmul(net.parameter("V", 2, UNITS))
                .add(net.parameter("a", 1, UNITS))
                .logistic();
        Value logits = hidden.matmul(net.parameter("W", UNITS, 3)).add(net.parameter("b", 1, 3));
        net.output("loss", Losses.softmaxCrossEntropy(logits, y).mean());
        net.output("probabilities", logits.softmax());
        return net.build();
    }

    /** Gradient descent, {@code W <- W - eta grad}, until the gradient is shorter than {@code smallest}. */
    void descend(double smallest, int mostIterations) {
        double[] arena = gradient.arena();
        int parameters = gradient.program().parameterCount();
        int first = gradient.output(Reverse.gradientName("loss", "V")).offset();
        while (iterations < mostIterations && norm >= smallest) {
            gradient.run();
            double squares = 0;
            for (int i = 0; i < parameters; i++) {
                arena[i] -= LEARNING_RATE * arena[first + i];
                squares += arena[first + i] * arena[first + i];
            }
            norm = Math.sqrt(squares);
            iterations++;
        }
        gradient.run();
    }

    int iterations() {
        return iterations;
    }

    double norm() {
        return norm;
    }

    double loss() {
        return gradient.get("loss")[0];
    }

    /** The share of the flowers whose species is the likeliest. */
    double accuracy() {
        int[] decided = decisions(gradient.get("probabilities"));
        int right = 0;
        for (int i = 0; i < decided.length; i++) {
            right += decided[i] == iris.species()[i] ? 1 : 0;
        }
        return (double) right / decided.length;
    }

    /** The likeliest species at each of the points. */
    int[] decide(double[] points) {
        Execution<double[]> scoring = Execution.float64(net(points.length / 2));
        System.arraycopy(
                gradient.arena(), 0, scoring.arena(), 0, gradient.program().parameterCount());
        scoring.set("x", points);
        scoring.run();
        return decisions(scoring.get("probabilities"));
    }

    private static int[] decisions(double[] probabilities) {
        int[] decisions = new int[probabilities.length / 3];
        for (int i = 0; i < decisions.length; i++) {
            for (int k = 1; k < 3; k++) {
                decisions[i] = probabilities[3 * i + k] > probabilities[3 * i + decisions[i]] ? k : decisions[i];
            }
        }
        return decisions;
    }

    /** Trains, and writes {@code target/iris-boundaries.png}; takes the data's path, by default {@code conf/data/iris.csv}. */
    public static void main(String[] arguments) throws IOException {
        Iris iris = Iris.read(Path.of(arguments.length > 0 ? arguments[0] : "conf/data/iris.csv"));
        IrisBoundaries net = new IrisBoundaries(iris);
        System.out.println(net.gradient.program());
        System.out.println("iterations   loss      |gradient|   right");
        for (int most = 1; most <= 100_000 && net.norm >= SMALLEST; most *= 10) {
            net.descend(SMALLEST, most);
            System.out.printf(
                    "%10d   %.5f   %.5f      %.1f %%%n", net.iterations, net.loss(), net.norm, 100 * net.accuracy());
        }
        Path picture = Path.of("target", "iris-boundaries.png");
        Files.createDirectories(Path.of("target"));
        BoundaryChart.write(iris, net::decide, picture);
        System.out.println("decision boundaries: " + picture);
    }
}
