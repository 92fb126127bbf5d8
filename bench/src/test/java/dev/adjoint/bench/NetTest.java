package dev.adjoint.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.autodiff.Program;
import dev.adjoint.worker.BatchShape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NetTest {
    @ParameterizedTest
    @EnumSource
    void theArithmeticIsThatOfTheGradientsMatrixProducts(Net net) {
        int rows = 2;
        Program gradient = net.network().objective(BatchShape.dense(rows), 1).gradient();
        long products = gradient.steps().stream()
                .filter(step -> step.op().getClass().getSimpleName().equals("MatMul"))
                .mapToLong(step -> step.op()
                        .flops(step.operands().stream().map(gradient::shape).toList(), step.shape()))
                .sum();
        assertEquals(products, rows * net.flopsPerExample());
    }
}
