package dev.adjoint.examples;

import dev.adjoint.autodiff.Tape;
import dev.adjoint.autodiff.Value;
import dev.adjoint.autodiff.show.Trace;
import java.util.List;

/** Reverse mode with its numbers: the table of values and adjoints of a loss, and of a loop of unknown length. */
public final class Traces {
    private Traces() {}

    /**
     * {@code (c - logistic(w'x))^2}, summed over two examples.
     *
     * @param w the weights: a constant's, and two features'
     */
    static Value squaredError(Tape tape, Value... w) {
        double[][] features = {{1, 1.5}, {1.5, -1}};
        double[] targets = {0, 1};
        Value loss = tape.constant(0);
        for (int i = 0; i < features.length; i++) {
            Value u = w[0].add(w[1].multiply(features[i][0])).add(w[2].multiply(features[i][1]));
            Value residual = tape.constant(targets[i]).subtract(u.logistic());
            loss = loss.add(residual.power(2));
        }
        return loss;
    }

    /** Newton's iteration, until it stands still. How often it runs is not known before. */
    static Value squareRoot(Value x) {
        Value root = x;
        while (Math.abs(root.item() * root.item() - x.item()) > 1e-6) {
            root = root.add(x.divide(root)).multiply(0.5);
        }
        return root;
    }

    /** Prints both tables, and the second derivative of the root. */
    public static void main(String[] arguments) {
        Tape tape = new Tape();
        Value[] w = {tape.input("w0", -1), tape.input("w1", 1.5), tape.input("w2", 0.5)};
        Value loss = squaredError(tape, w);
        List<Value> gradient = tape.gradient(loss, w);
        System.out.printf(
                "loss %.4f, gradient (%.4f, %.4f, %.4f)%n%n",
                loss.item(),
                gradient.get(0).item(),
                gradient.get(1).item(),
                gradient.get(2).item());
        System.out.println(Trace.of(tape, loss));

        Tape loop = new Tape();
        Value x = loop.input("x", 2);
        Value root = squareRoot(x);
        Value first = loop.gradient(root, x).get(0);
        Value second = loop.gradient(first, x).get(0);
        System.out.printf(
                "square root %.6f, its derivative %.6f = 1 / (2 root), the second %.6f = -1 / (4 root^3)%n%n",
                root.item(), first.item(), second.item());
        System.out.println(Trace.of(loop, root));
    }
}
