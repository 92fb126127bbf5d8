package dev.adjoint.autodiff.show;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.ProgramBuilder;
import dev.adjoint.autodiff.Shape;
import dev.adjoint.autodiff.ShapeException;
import dev.adjoint.autodiff.Tape;
import dev.adjoint.autodiff.Value;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TraceTest {
    @Test
    void theTableHasAValueAndAnAdjointForEachStep() {
        Tape tape = new Tape();
        Value x1 = tape.input("x1", 2);
        Value x2 = tape.input("x2", 5);
        Value y = x1.log().add(x1.multiply(x2)).subtract(x2.sin());
        assertEquals(
                List.of(
                        "forward primal trace | reverse adjoint trace",
                        "x1 2 | ∂x1 = (∂v5 * x2) + (∂v5 * reciprocal(x1)) 5.5",
                        "x2 5 | ∂x2 = (∂v4 * cos(x2)) + (∂v5 * x1) 1.7163",
                        "v1 = log(x1) 0.69315 | ∂v1 = ∂v5 1",
                        "v2 = x1 * x2 10 | ∂v2 = ∂v5 1",
                        "v3 = v1 + v2 10.693 | ∂v3 = ∂v5 1",
                        "v4 = sin(x2) -0.95892 | ∂v4 = -∂v5 -1",
                        "v5 = v3 - v4 11.652 | ∂v5 = 1 1"),
                lines(Trace.of(tape, y)));
    }

    @Test
    void theRowsAreThoseOfTheTable() {
        Tape tape = new Tape();
        Value x = tape.input("x", 3);
        Trace trace = Trace.of(tape, x.multiply(x).add(1));
        assertEquals(
                List.of(
                        new Trace.Row("x", "3", "∂x = (1 * x) + (1 * x)", "6"),
                        new Trace.Row("v1 = x * x", "9", "∂v1 = 1", "1"),
                        new Trace.Row("v3 = v1 + 1", "10", "∂v3 = 1", "1")),
                trace.rows());
        assertEquals(1 + trace.rows().size(), trace.toString().lines().count());
    }

    @Test
    void aProgramIsTracedAtGivenInputsAndConstantsAreWrittenInPlace() {
        ProgramBuilder builder = new ProgramBuilder();
        Value w = builder.parameter("w", 1, 2);
        Value x = builder.input("x", 1, 2);
        builder.output("loss", w.multiply(x).sum().subtract(1).power(2));
        Program program = builder.build();
        List<String> lines =
                lines(Trace.of(program, "loss", Map.of("w", new double[] {1, 2}, "x", new double[] {3, 4})));
        assertTrue(lines.contains("w 1 2 | ∂w = ∂v1 * x 60 80"), lines.toString());
        assertTrue(lines.contains("v4 = v2 - 1 10 | ∂v4 = 1 * (2 * v4) 20"), lines.toString());
        assertEquals(
                "input x [1x2]: no elements were given",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Trace.of(program, "loss", Map.of("w", new double[] {1, 2})))
                        .getMessage());
    }

    @Test
    void aLargeValueIsCutOffAndAMatrixHasNoTrace() {
        Tape tape = new Tape();
        Value x = tape.input("x", new Shape(2, 4), 1, 2, 3, 4, 5, 6, 7, 8);
        assertTrue(lines(Trace.of(tape, x.sum())).get(1).startsWith("x 1 2 3 4 5 6 ... [2x4] | ∂x ="));
        assertThrows(ShapeException.class, () -> Trace.of(tape, x.tanh()));
    }

    private static List<String> lines(Trace trace) {
        return trace.toString().lines().map(line -> line.replaceAll(" +", " ")).toList();
    }
}
