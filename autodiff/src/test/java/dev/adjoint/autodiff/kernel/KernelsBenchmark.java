package dev.adjoint.autodiff.kernel;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Element-wise loops: float32 numbers a nanosecond, from a block that fits the second-level cache. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(2)
public class KernelsBenchmark {
    private static final int ROWS = 128;
    private static final int COLUMNS = 256;
    private static final int SIZE = ROWS * COLUMNS;
    private static final Block X = new Block(0, ROWS, COLUMNS);
    private static final Block Y = new Block(SIZE, ROWS, COLUMNS);
    private static final Block ROW = new Block(SIZE, 1, COLUMNS);
    private static final Block OUT = new Block(2 * SIZE, ROWS, COLUMNS);

    private static Kernels kernels() {
        float[] arena = new float[3 * SIZE];
        Random random = new Random(1);
        for (int i = 0; i < arena.length; i++) {
            arena[i] = random.nextFloat() + 0.1f;
        }
        return Kernels.float32(arena);
    }

    /** A function of one number. */
    @State(Scope.Benchmark)
    public static class UnaryState {
        @Param
        private Unary function = Unary.SCALE;

        private Kernels kernels = kernels();
    }

    /** A function of two numbers. */
    @State(Scope.Benchmark)
    public static class BinaryState {
        @Param
        private Binary function = Binary.ADD;

        private Kernels kernels = kernels();
    }

    /** Kernels of rows. */
    @State(Scope.Benchmark)
    public static class RowsState {
        private Kernels kernels = kernels();
    }

    @Benchmark
    @OperationsPerInvocation(SIZE)
    public void map(UnaryState state) {
        state.kernels.map(state.function, 1.5, X, OUT);
    }

    @Benchmark
    @OperationsPerInvocation(SIZE)
    public void zip(BinaryState state) {
        state.kernels.zip(state.function, X, Y, OUT);
    }

    @Benchmark
    @OperationsPerInvocation(SIZE)
    public void addRow(RowsState state) {
        state.kernels.zip(Binary.ADD, X, ROW, OUT);
    }

    @Benchmark
    @OperationsPerInvocation(SIZE)
    public void sumRows(RowsState state) {
        state.kernels.foldRows(Binary.ADD, X, new Block(2 * SIZE, 1, COLUMNS));
    }

    @Benchmark
    @OperationsPerInvocation(SIZE)
    public void sumColumns(RowsState state) {
        state.kernels.sumColumns(X, new Block(2 * SIZE, ROWS, 1));
    }

    @Benchmark
    @OperationsPerInvocation(SIZE)
    public void softmax(RowsState state) {
        state.kernels.softmax(X, OUT);
    }

    @Benchmark
    @OperationsPerInvocation(SIZE)
    public void transpose(RowsState state) {
        state.kernels.transpose(X, new Block(2 * SIZE, COLUMNS, ROWS));
    }
}
