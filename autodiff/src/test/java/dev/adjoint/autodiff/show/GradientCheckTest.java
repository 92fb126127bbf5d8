package dev.adjoint.autodiff.show;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.Losses;
import dev.adjoint.autodiff.Op;
import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.ProgramBuilder;
import dev.adjoint.autodiff.Shape;
import dev.adjoint.autodiff.Value;
import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.autodiff.kernel.Unary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class GradientCheckTest {
    /** A function of one's own, whose derivative is right times the given factors. */
    private record Cube(double forwardFactor, double reverseFactor) implements Op {
        @Override
        public Shape shape(List<Shape> operands) {
            return operands.get(0);
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.map(Unary.POWER, 3, operands[0], result);
        }

        @Override
        public Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            return operands.get(0).power(2).multiply(3 * forwardFactor).multiply(tangent);
        }

        @Override
        public Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return operands.get(0).power(2).multiply(3 * reverseFactor).multiply(adjoint);
        }
    }

    @Test
    void aRightGradientPassesAlsoWithRectifiers() {
        for (UnaryOperator<Value> activation : List.<UnaryOperator<Value>>of(Value::tanh, Value::relu, Value::gelu)) {
            GradientCheck.Result result = check(net(activation), 1000);
            assertTrue(result.passed(), result.toString());
            assertEquals(
                    List.of("V", "W"),
                    result.parameters().stream()
                            .map(GradientCheck.Parameter::name)
                            .toList());
            assertEquals(
                    List.of(48, 24),
                    result.parameters().stream()
                            .map(GradientCheck.Parameter::checked)
                            .toList());
            assertTrue(result.worst().error() < 1e-6, result.toString());
            assertTrue(result.identity64() < 1e-14, result.toString());
        }
    }

    @Test
    void aRuleThatIsWrongInBothModesIsFoundByTheDifferencesAlone() {
        GradientCheck.Result result = check(net(x -> x.apply(new Cube(1.01, 1.01))), 1000);
        assertFalse(result.passed());
        assertTrue(result.identity64() < 1e-14, result.toString());
        GradientCheck.Parameter worst = result.worst();
        assertEquals("V", worst.name());
        assertEquals(0.01, worst.error(), 1e-3);
        assertTrue(result.toString().contains("worst: " + worst.where()), result.toString());
        // The layer above it is right.
        assertTrue(result.parameters().get(1).error() < 1e-6, result.toString());
    }

    @Test
    void aRuleThatIsWrongInOneModeIsFoundByTheIdentity() {
        GradientCheck.Result result = check(net(x -> x.apply(new Cube(1.01, 1))), 1000);
        assertFalse(result.passed());
        assertTrue(result.identity32() > 1e-5, result.toString());
        assertTrue(result.worst().error() < 1e-6, result.toString());
    }

    @Test
    void ofALargeParameterSomeElementsAreCompared() {
        GradientCheck.Result result = check(net(Value::tanh), 10);
        assertEquals(
                List.of(10, 10),
                result.parameters().stream()
                        .map(GradientCheck.Parameter::checked)
                        .toList());
        assertTrue(result.passed());
    }

    @Test
    void aGradientThatIsNotANumberDoesNotPass() {
        GradientCheck.Result result = check(net(x -> x.subtract(10).log()), 1000);
        assertFalse(result.passed());
        assertTrue(result.toString().contains("NaN"), result.toString());
    }

    @Test
    void whatCannotBeCheckedIsSaid() {
        Program program = net(Value::tanh);
        Map<String, double[]> inputs = new HashMap<>(inputs(program));
        inputs.remove("x");
        String message = assertThrows(
                        IllegalArgumentException.class, () -> GradientCheck.check(program, "loss", inputs, 10, 1))
                .getMessage();
        assertEquals("input x [5x8]: no elements were given", message);
    }

    private static GradientCheck.Result check(Program program, int most) {
        return GradientCheck.check(program, "loss", inputs(program), most, 1);
    }

    private static Program net(UnaryOperator<Value> activation) {
        ProgramBuilder builder = new ProgramBuilder();
        Value v = builder.parameter("V", 8, 6);
        Value w = builder.parameter("W", 6, 4);
        Value x = builder.input("x", 5, 8);
        Value y = builder.input("y", 5, 1);
        Value logits = activation.apply(x.matmul(v)).matmul(w);
        builder.output("loss", Losses.softmaxCrossEntropy(logits, y).sum());
        return builder.build();
    }

    private static Map<String, double[]> inputs(Program program) {
        Random random = new Random(3);
        Map<String, double[]> inputs = new HashMap<>();
        for (Program.Input input : program.inputs()) {
            int size = input.shape().size();
            inputs.put(
                    input.name(),
                    input.name().equals("y")
                            ? random.ints(size, 0, 4).asDoubleStream().toArray()
                            : random.doubles(size, -1, 1).toArray());
        }
        return inputs;
    }
}
