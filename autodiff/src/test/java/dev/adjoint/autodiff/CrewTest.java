package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.kernel.Crew;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a crew computes together is what one thread computes alone. */
final class CrewTest {
    private final List<Thread> threads = new ArrayList<>();
    private final List<Crew> crews = new ArrayList<>();

    private Crew crew(int size) {
        Crew crew = new Crew(size);
        crews.add(crew);
        for (int member = 1; member < size; member++) {
            int own = member;
            Thread thread = new Thread(() -> crew.serve(own));
            threads.add(thread);
            thread.start();
        }
        return crew;
    }

    @AfterEach
    void everyMemberGoesHomeWhenDismissed() throws InterruptedException {
        crews.forEach(Crew::dismiss);
        for (Thread thread : threads) {
            thread.join(10_000);
            assertFalse(thread.isAlive());
        }
    }

    private static Program gradient(int rows, int inputs, int units, String activation) {
        ProgramBuilder net = new ProgramBuilder();
        Value x = net.input("x", rows, inputs);
        Value h = x.matmul(net.parameter("W1", inputs, units)).add(net.parameter("b1", 1, units));
        h = activation.equals("relu") ? h.relu() : h.logistic();
        h = h.matmul(net.parameter("W2", units, units)).add(net.parameter("b2", 1, units));
        h = activation.equals("relu") ? h.relu() : h.tanh();
        Value logits = h.matmul(net.parameter("W3", units, 10));
        net.output(
                "loss",
                Losses.softmaxCrossEntropy(logits, net.input("y", rows, 1)).sum());
        return Reverse.gradient(net.build(), "loss");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 784, 512, relu",
        "32, 784, 512, relu",
        "33, 61, 300, logistic",
        "128, 100, 129, relu",
        "257, 64, 257, logistic",
        "700, 31, 40, relu",
        "1000, 200, 64, logistic"
    })
    void aProgramRunByACrewHasTheBitsOfOneThread(int rows, int inputs, int units, String activation) {
        Program program = gradient(rows, inputs, units, activation);
        Execution<float[]> alone = Execution.float32(program);
        fill(alone, program);
        alone.run();
        for (int size : new int[] {2, 3, 5}) {
            Execution<float[]> together = Execution.float32(program, 0, crew(size));
            assertArrayEquals(new float[together.arena().length], together.arena(), "a new arena holds zeros");
            for (int run = 0; run < 3; run++) {
                fill(together, program);
                together.run();
                for (Program.Output output : program.outputs()) {
                    assertArrayEquals(
                            alone.get(output.name()), together.get(output.name()), output.name() + " by " + size);
                }
            }
        }
    }

    private static void fill(Execution<float[]> execution, Program program) {
        Random random = new Random(7);
        for (Program.Input input : program.inputs()) {
            int size = input.shape().size();
            execution.set(
                    input.name(),
                    input.name().equals("y")
                            ? random.ints(size, 0, 10).asDoubleStream().toArray()
                            : random.doubles(size, -0.2, 0.2).toArray());
        }
    }

    @Test
    void anIndexThatIsNoneIsToldAsByOneThread() {
        Program program = gradient(300, 100, 256, "relu");
        Execution<float[]> together = Execution.float32(program, 0, crew(3));
        fill(together, program);
        double[] y = new double[300];
        y[17] = 10;
        together.set("y", y);
        IndexOutOfBoundsException told = assertThrows(IndexOutOfBoundsException.class, together::run);
        assertTrue(String.valueOf(told.getMessage()).contains("index 10.0 in row 17"), told.getMessage());
        fill(together, program);
        together.run();
        assertTrue(Double.isFinite(together.get("loss")[0]));
    }

    @Test
    void everyMemberDoesItsPartOnceAndSeesWhatTheOthersWroteBeforeTheyMet() {
        Crew crew = crew(4);
        AtomicIntegerArray parts = new AtomicIntegerArray(4);
        int[] written = new int[4];
        AtomicInteger wrong = new AtomicInteger();
        for (int run = 1; run <= 2_000; run++) {
            int number = run;
            crew.run(member -> {
                parts.incrementAndGet(member);
                written[member] = number;
                crew.meet();
                if (written[(member + 1) % 4] != number) {
                    wrong.incrementAndGet();
                }
                crew.meet();
            });
        }
        assertEquals(0, wrong.get());
        for (int member = 0; member < 4; member++) {
            assertEquals(2_000, parts.get(member));
        }
    }

    @Test
    void whatAMemberThrowsIsThrownToTheLeaderAndTheCrewGoesOn() {
        Crew crew = crew(3);
        for (int bad = 0; bad < 3; bad++) {
            int failing = bad;
            IllegalArgumentException thrown = assertThrows(
                    IllegalArgumentException.class,
                    () -> crew.run(member -> {
                        if (member == failing) {
                            throw new IllegalArgumentException("member " + member);
                        }
                        crew.meet();
                    }));
            assertEquals("member " + bad, thrown.getMessage());
        }
        AtomicInteger did = new AtomicInteger();
        crew.run(member -> did.incrementAndGet());
        assertEquals(3, did.get());
    }
}
