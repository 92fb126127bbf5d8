package dev.adjoint.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.autodiff.Tape;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationTest {
    private static final double[] POINTS = {-30, -3, -1, -0.1, 0, 0.1, 1, 3, 30};

    @ParameterizedTest
    @EnumSource
    void valuesAreThoseOfTheDefinition(Activation activation) {
        DoubleUnaryOperator definition =
                switch (activation) {
                    case RELU -> x -> Math.max(x, 0);
                    case LEAKY_RELU -> x -> x > 0 ? x : 0.01 * x;
                    case ELU -> x -> x > 0 ? x : Math.expm1(x);
                    case SELU -> x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x));
                    case GELU -> x -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
                    case SILU -> x -> x / (1 + Math.exp(-x));
                    case MISH -> x -> x * Math.tanh(Math.log1p(Math.exp(x)));
                    case SOFTPLUS -> x -> Math.log1p(Math.exp(x));
                    case LOGISTIC -> x -> 1 / (1 + Math.exp(-x));
                    case TANH -> Math::tanh;
                    case IDENTITY -> x -> x;
                };
        double[] actual = activation.of(new Tape().input("x", POINTS)).elements();
        assertArrayEquals(Arrays.stream(POINTS).map(definition).toArray(), actual, 1e-12);
    }

    /** The property that its two numbers are the solution of. */
    @Test
    void seluKeepsMeanZeroAndVarianceOne() {
        Random random = new Random(1);
        int draws = 400_000;
        double[] x = random.doubles(draws).map(u -> random.nextGaussian()).toArray();
        double[] y = Activation.SELU.of(new Tape().input("x", x)).elements();
        double mean = Arrays.stream(y).average().orElseThrow();
        double squares = Arrays.stream(y).map(v -> v * v).average().orElseThrow();
        assertEquals(0, mean, 5 / Math.sqrt(draws), "seed 1");
        assertEquals(1, squares, 5 * 2 / Math.sqrt(draws), "seed 1");
    }
}
