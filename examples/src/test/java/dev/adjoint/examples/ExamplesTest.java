package dev.adjoint.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.Tape;
import dev.adjoint.autodiff.Value;
import dev.adjoint.autodiff.show.GradientCheck;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Affine;
import dev.adjoint.model.Layer;
import dev.adjoint.model.Loss;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.worker.BatchShape;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesTest {
    private static final Path IRIS = Path.of("../conf/data/iris.csv");

    @Test
    void theDerivativesOfALayerAndALossOfOnesOwnFollow() {
        for (List<Layer> layers : List.of(
                List.<Layer>of(new GatedLayer(5), new GatedLayer(3)),
                List.<Layer>of(new Affine(5, Activation.GELU), new GatedLayer(3)))) {
            for (Loss loss : List.of(new FocalLoss(), StandardLoss.SOFTMAX_CROSS_ENTROPY)) {
                Network network = new Network(4, layers, 3, loss);
                GradientCheck.Result result = GradientCheck.check(objective(network), "loss", inputs(network), 1000, 1);
                assertTrue(result.passed(), layers + " " + loss + "\n" + result);
                assertTrue(result.worst().error() < 1e-6, result.toString());
            }
        }
    }

    @Test
    void theFocalLossOfAFairCoinIsAQuarterOfItsCrossEntropy() {
        Tape tape = new Tape();
        Value loss = new FocalLoss().perExample(tape.input("z", 0, 0), tape.input("c", 1));
        assertEquals(0.25 * Math.log(2), loss.item(), 1e-15);
    }

    @Test
    void descentOnIrisEndsAtASmallGradientAndDecidesRightly(@TempDir Path folder) throws IOException {
        Iris iris = Iris.read(IRIS);
        IrisBoundaries net = new IrisBoundaries(iris);
        net.descend(1e-3, 100_000);
        assertTrue(net.norm() < 1e-3 && net.iterations() < 100_000, net.iterations() + " iterations, " + net.norm());
        assertTrue(net.accuracy() >= 0.95, "accuracy " + net.accuracy());
        // Small flowers are setosa, large ones virginica.
        assertArrayEquals(new int[] {0, 1, 2}, net.decide(new double[] {-1.3, -1.3, 0.3, 0.1, 1.3, 1.3}));

        Path picture = folder.resolve("boundaries.png");
        BoundaryChart.write(iris, net::decide, picture);
        BufferedImage image = ImageIO.read(picture.toFile());
        assertEquals(800, image.getWidth());
        Set<Color> regions = new HashSet<>();
        for (int[] at : new int[][] {{150, 450}, {400, 350}, {700, 100}}) {
            regions.add(new Color(image.getRGB(at[0], at[1])));
        }
        assertEquals(3, regions.size(), regions + " at places of three species");
    }

    @Test
    void theTraceHasTheNumbersOfTheText() {
        Tape tape = new Tape();
        Value[] w = {tape.input("w0", -1), tape.input("w1", 1.5), tape.input("w2", 0.5)};
        Value loss = Traces.squaredError(tape, w);
        assertEquals(0.71, loss.item(), 0.005);
        double[] gradient =
                tape.gradient(loss, w).stream().mapToDouble(Value::item).toArray();
        assertArrayEquals(new double[] {0.13, 0.06, 0.54}, gradient, 0.005);
    }

    @Test
    void theSquareRootHasItsDerivatives() {
        Tape tape = new Tape();
        Value x = tape.input("x", 2);
        Value root = Traces.squareRoot(x);
        Value first = tape.gradient(root, x).get(0);
        assertEquals(Math.sqrt(2), root.item(), 1e-9);
        assertEquals(1 / (2 * Math.sqrt(2)), first.item(), 1e-5);
    }

    private static Program objective(Network network) {
        return network.objective(BatchShape.dense(7), 1).program();
    }

    private static Map<String, double[]> inputs(Network network) {
        Random random = new Random(1);
        Program program = objective(network);
        Map<String, double[]> inputs = new HashMap<>();
        float[] parameters = network.initialParameters(1);
        int at = 0;
        for (Program.Input input : program.inputs()) {
            double[] elements = random.doubles(input.shape().size(), -1, 1).toArray();
            for (int i = 0; i < elements.length; i++) {
                elements[i] = input.isParameter()
                        ? parameters[at++]
                        : input.name().equals("y") ? random.nextInt(3) : elements[i];
            }
            inputs.put(input.name(), elements);
        }
        return inputs;
    }
}
