package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.autodiff.kernel.Unary;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A program may come from anywhere, a file or another machine: what its constructor lets through can be run. */
class ProgramChecksTest {
    private static final Shape X = new Shape(2, 3);
    private static final Program.Input INPUT = new Program.Input("x", X, false);
    private static final Op EXP_OP = new Elementwise.UnaryFunction(Unary.EXP, 0);
    private static final Program.Step TANH =
            new Program.Step(new Elementwise.UnaryFunction(Unary.TANH, 0), List.of(0), X);
    private static final Program.Step EXP = new Program.Step(EXP_OP, List.of(1), X);
    private static final Program.Output OUTPUT = new Program.Output("y", 2);

    @Test
    void stepsInOrderAreAProgram() {
        assertEquals(
                List.of("input x [2x3]", "v1 = tanh(x) [2x3]", "v2 = exp(v1) [2x3]", "output y = v2"),
                program(List.of(INPUT), List.of(TANH, EXP), List.of(OUTPUT))
                        .toString()
                        .lines()
                        .map(line -> line.strip().replaceAll(" +", " "))
                        .toList());
    }

    @Test
    void aStepReadsOnlyWhatIsBeforeIt() {
        assertMessage(
                "step v1 = exp [2x3] reads value 1, and there are 1 before it",
                () -> program(List.of(INPUT), List.of(EXP, TANH), List.of(OUTPUT)));
        Program.Step negative = new Program.Step(EXP_OP, List.of(-1), X);
        assertMessage(
                "step v2 = exp [2x3] reads value -1, and there are 2 before it",
                () -> program(List.of(INPUT), List.of(TANH, negative), List.of(OUTPUT)));
    }

    @Test
    void aStepHasTheShapeOfItsOperation() {
        Program.Step wrong = new Program.Step(EXP_OP, List.of(1), new Shape(3, 2));
        assertMessage(
                "exp: its shape is [2x3], the program says [3x2]  (step v2 = exp(v1))",
                () -> program(List.of(INPUT), List.of(TANH, wrong), List.of(OUTPUT)));
    }

    @Test
    void aStepHasOperandsThatItsOperationTakes() {
        Program.Step product = new Program.Step(new MatMul(false, false), List.of(0, 1), X);
        assertMessage(
                "matmul: left [2x3] and right [2x3] disagree: 3 columns, 2 rows  (step v2 = matmul(x, v1))",
                () -> program(List.of(INPUT), List.of(TANH, product), List.of(OUTPUT)));
    }

    @Test
    void inputsHaveNamesOfTheirOwn() {
        Program.Input other = new Program.Input("x", new Shape(4, 4), true);
        assertMessage(
                "input x: there are two of that name, [2x3] and [4x4]",
                () -> program(List.of(INPUT, other), List.of(), List.of(OUTPUT)));
    }

    @Test
    void outputsHaveNamesOfTheirOwnAndAreThere() {
        Program.Output other = new Program.Output("y", 0);
        assertMessage(
                "output y: it would be written twice, by v2 [2x3] and by x [2x3]",
                () -> program(List.of(INPUT), List.of(TANH, EXP), List.of(OUTPUT, other)));
        for (int value : new int[] {-1, 3}) {
            assertMessage(
                    "output y: it is value " + value + ", and there are 3",
                    () -> program(List.of(INPUT), List.of(TANH, EXP), List.of(new Program.Output("y", value))));
        }
    }

    private static Program program(List<Program.Input> inputs, List<Program.Step> steps, List<Program.Output> outputs) {
        return new Program(inputs, steps, outputs, steps.size());
    }

    private static void assertMessage(String expected, Runnable code) {
        assertEquals(
                expected,
                assertThrows(IllegalArgumentException.class, code::run).getMessage());
    }
}
