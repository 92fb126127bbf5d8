package dev.adjoint.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.Reverse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NetTest {
    @ParameterizedTest
    @EnumSource
    void theArithmeticIsThatOfTheGradientsMatrixProducts(Net net) {
        int rows = 2;
        Program gradient = Reverse.gradient(net.network().objective(rows), "loss");
        long products = gradient.steps().stream()
                .filter(step -> step.op().getClass().getSimpleName().equals("MatMul"))
                .mapToLong(step -> step.op()
                        .flops(step.operands().stream().map(gradient::shape).toList(), step.shape()))
                .sum();
        assertEquals(products, rows * net.flopsPerExample());
    }
}
