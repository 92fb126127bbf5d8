package dev.adjoint.bench;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The nets that are trained, by their layers' widths: relu, with softmax cross-entropy or half the squared error. */
enum Net {
    /** Images of digits. */
    IMAGES(16_384, 784, 512, 256, 10),
    /** So small that all but the arithmetic shows. */
    SMALL(65_536, 64, 64, 10),
    /** Twelve million parameters. */
    LARGE(8_192, 784, 2500, 2000, 1500, 1000, 500, 10),
    /** Columns of a table; regression. */
    TABLE(65_536, 100, 128, 64, 1);

    private final int rows;
    private final List<Integer> layers;

    /** An epoch of {@code rows} examples, unless told otherwise. */
    Net(int rows, Integer... layers) {
        this.rows = rows;
        this.layers = List.of(layers);
    }

    int rows() {
        return rows;
    }

    /** The widths, features first. */
    int[] layers() {
        return layers.stream().mapToInt(units -> units).toArray();
    }

    int inputs() {
        return layers.get(0);
    }

    int outputs() {
        return layers.get(layers.size() - 1);
    }

    boolean isRegression() {
        return outputs() == 1;
    }

    Network network() {
        return Network.perceptron(
                inputs(),
                layers.subList(1, layers.size() - 1),
                Activation.RELU,
                outputs(),
                isRegression() ? StandardLoss.HALF_SQUARED_ERROR : StandardLoss.SOFTMAX_CROSS_ENTROPY);
    }

    /**
     * The additions and multiplications of one example's matrix products: each layer's product forward, and in reverse one
     * for its weights and one for its input, which the first layer needs no gradient of.
     */
    long flopsPerExample() {
        long products = 0;
        for (int i = 1; i < layers.size(); i++) {
            products += (long) layers.get(i - 1) * layers.get(i);
        }
        return 6 * products - 2L * layers.get(0) * layers.get(1);
    }

    @Override
    @JsonValue
    public String toString() {
        return Arrays.stream(layers()).mapToObj(String::valueOf).collect(Collectors.joining("-"));
    }
}
