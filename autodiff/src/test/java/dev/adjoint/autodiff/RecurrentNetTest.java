package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A net unrolled on a tape over a sequence whose length is known only when it has come to its end. */
class RecurrentNetTest {
    private static final int FEATURES = 2;
    private static final int UNITS = 3;

    /** {@code sum_t |h_t|^2} with {@code h_t = tanh(x_t W + h_(t-1) U + b)}, over as many {@code x_t} as there are. */
    private static Value recurrentLoss(Value w, Value u, Value b, List<Value> sequence) {
        Value state = w.constant(0).broadcastTo(new Shape(1, UNITS));
        Value loss = w.constant(0);
        for (Value x : sequence) {
            state = x.matmul(w).add(state.matmul(u)).add(b).tanh();
            loss = loss.add(state.multiply(state).sum());
        }
        return loss;
    }

    /** The parameters of the net and a sequence, row by row. */
    private record Recurrent(double[] w, double[] u, double[] b, List<double[]> sequence) {
        static Recurrent random(Random random) {
            List<double[]> sequence = new ArrayList<>();
            do {
                sequence.add(random.doubles(FEATURES, -1, 1).toArray());
            } while (random.nextDouble() < 0.9);
            return new Recurrent(
                    random.doubles(FEATURES * UNITS, -1, 1).toArray(),
                    random.doubles(UNITS * UNITS, -1, 1).toArray(),
                    random.doubles(UNITS, -1, 1).toArray(),
                    sequence);
        }

        /** The loss, then the gradients of W, U and b. */
        List<double[]> onATape() {
            Tape tape = new Tape();
            Value ws = tape.input("W", new Shape(FEATURES, UNITS), w);
            Value us = tape.input("U", new Shape(UNITS, UNITS), u);
            Value bs = tape.input("b", b);
            List<Value> inputs = new ArrayList<>();
            for (double[] x : sequence) {
                inputs.add(tape.input("x" + inputs.size(), x));
            }
            Value loss = recurrentLoss(ws, us, bs, inputs);
            List<Value> gradient = tape.gradient(loss, ws, us, bs);
            return List.of(
                    loss.elements(),
                    gradient.get(0).elements(),
                    gradient.get(1).elements(),
                    gradient.get(2).elements());
        }

        /** The same by a program made for sequences of this length. */
        List<double[]> asAProgram() {
            ProgramBuilder builder = new ProgramBuilder();
            Value ws = builder.parameter("W", FEATURES, UNITS);
            Value us = builder.parameter("U", UNITS, UNITS);
            Value bs = builder.parameter("b", 1, UNITS);
            List<Value> inputs = new ArrayList<>();
            for (int t = 0; t < sequence.size(); t++) {
                inputs.add(builder.input("x" + t, 1, FEATURES));
            }
            builder.output("loss", recurrentLoss(ws, us, bs, inputs));
            Execution<double[]> gradient = Execution.float64(Reverse.gradient(builder.build(), "loss"));
            Map.of("W", w, "U", u, "b", b).forEach(gradient::set);
            for (int t = 0; t < sequence.size(); t++) {
                gradient.set("x" + t, sequence.get(t));
            }
            gradient.run();
            return List.of(
                    gradient.get("loss"),
                    gradient.get("d loss / d W"),
                    gradient.get("d loss / d U"),
                    gradient.get("d loss / d b"));
        }
    }

    @Test
    void aRecurrentNetHasTheGradientOfTheProgramOfThatLength() {
        Random random = new Random(21);
        for (int trial = 0; trial < 20; trial++) {
            Recurrent net = Recurrent.random(random);
            List<double[]> tape = net.onATape();
            List<double[]> program = net.asAProgram();
            for (int i = 0; i < tape.size(); i++) {
                // The same kernels in the same order: the same bits.
                String where = "length " + net.sequence().size() + ", part " + i + ", seed 21, trial " + trial;
                assertArrayEquals(program.get(i), tape.get(i), where);
            }
        }
    }

    @Test
    void aRecurrentNetHasTheGradientOfItsDifferences() {
        Random random = new Random(22);
        double h = 1e-5;
        for (int trial = 0; trial < 5; trial++) {
            Recurrent net = Recurrent.random(random);
            List<double[]> gradient = net.onATape();
            List<double[]> parameters = List.of(net.w(), net.u(), net.b());
            for (int p = 0; p < parameters.size(); p++) {
                double[] elements = parameters.get(p);
                for (int i = 0; i < elements.length; i++) {
                    double before = elements[i];
                    elements[i] = before + h;
                    double above = net.onATape().get(0)[0];
                    elements[i] = before - h;
                    double below = net.onATape().get(0)[0];
                    elements[i] = before;
                    String where = "parameter " + p + ", " + i + ", seed 22, trial " + trial;
                    assertEquals((above - below) / (2 * h), gradient.get(p + 1)[i], 1e-7, where);
                }
            }
        }
    }
}
