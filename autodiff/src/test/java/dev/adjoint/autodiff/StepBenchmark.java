package dev.adjoint.autodiff;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One forward and reverse step of a 784-512-256-10 net, on one core: steps a second, and flops a second. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(2)
@State(Scope.Thread)
public class StepBenchmark {
    @Param({"32", "128", "1024"})
    private int batch = 32;

    @Param({"relu", "tanh", "logistic"})
    private String activation = "relu";

    private Execution<float[]> step = Execution.float32(gradient(1, "relu"));
    private double flopsOfStep;

    /** Counts them: the rate is additions, multiplications and function values a second. */
    @AuxCounters
    @State(Scope.Thread)
    public static class Flops {
        public double flops;
    }

    @Setup
    public void layOut() {
        step = Execution.float32(gradient(batch, activation));
        flopsOfStep = step.program().flops();
        Random random = new Random(1);
        for (Program.Input input : step.program().inputs()) {
            double[] elements = random.doubles(input.shape().size(), -0.1, 0.1).toArray();
            step.set(input.name(), input.name().equals("y") ? new double[batch] : elements);
        }
    }

    private static Program gradient(int batch, String activation) {
        ProgramBuilder net = new ProgramBuilder();
        Value h = net.input("x", batch, 784);
        int[] units = {784, 512, 256, 10};
        for (int i = 1; i < units.length; i++) {
            Value w = net.parameter("W" + i, units[i - 1], units[i]);
            h = h.matmul(w).add(net.parameter("b" + i, 1, units[i]));
            h = i == units.length - 1
                    ? h
                    : switch (activation) {
                        case "relu" -> h.relu();
                        case "tanh" -> h.tanh();
                        default -> h.logistic();
                    };
        }
        net.output(
                "loss", Losses.softmaxCrossEntropy(h, net.input("y", batch, 1)).sum());
        return Reverse.gradient(net.build(), "loss");
    }

    @Benchmark
    public void step(Flops counter) {
        step.run();
        counter.flops += flopsOfStep;
    }
}
