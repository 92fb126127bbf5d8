package dev.adjoint.autodiff.kernel;

/**
 * What an operation may do to the blocks of one arena. Every method reads its operands and writes {@code out}, the last
 * argument, and nothing else. Not for use by two threads at once.
 *
 * <p>Kernels may be those of one member of a {@link Crew}: then those methods that say so write the member's share of {@code out}
 * alone, and all members together what one would write by itself.
 *
 * <p>What depends on the precision is in the loops and the products below; this class is about rows and columns.
 */
public final class Kernels {
    /** Shares begin at a multiple of so many elements, which fill lines of the cache. */
    private static final int LINE = 16;

    /** Of the columns and rows of a product: what its inner kernels take at a time, or a multiple. */
    private static final int COLUMNS = 64;

    private static final int ROWS = 16;

    private final Loops loops;
    private final Gemm gemm;
    private final int member;
    private final int members;

    Kernels(Loops loops, Gemm gemm) {
        this(loops, gemm, 0, 1);
    }

    private Kernels(Loops loops, Gemm gemm, int member, int members) {
        this.loops = loops;
        this.gemm = gemm;
        this.member = member;
        this.members = members;
    }

    /** Kernels over an arena of float32: those that train. */
    public static Kernels float32(float[] arena) {
        return float32(arena, 0, 1);
    }

    /** Those of a member of a crew, from 0 on. */
    public static Kernels float32(float[] arena, int member, int members) {
        return new Kernels(Loops.float32(arena), Blas.float32(arena), member, members);
    }

    /** Kernels over an arena of float64: those that check. */
    public static Kernels float64(double[] arena) {
        return new Kernels(new DoubleLoops(arena), Blas.float64(arena));
    }

    /** Says what computes float32 in this JVM: matrix products with a checksum of their kernel, loops, Java. */
    public static String description() {
        return Description.TEXT;
    }

    /** Found once. */
    private static final class Description {
        private static final String TEXT = "%s, kernel %s; loops: %s; Java %s"
                .formatted(
                        Blas.description(),
                        Blas.kernel(),
                        Loops.float32(new float[0]).description(),
                        System.getProperty("java.version"));
    }

    /** Copies {@code values} from outside, rounded to the arena's precision. */
    public void load(double[] values, Block out) {
        for (int i = 0; i < out.size(); i++) {
            loops.set(out.offset() + i, values[i]);
        }
    }

    /** A copy of a block, for outside. */
    public double[] read(Block x) {
        double[] values = new double[x.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = loops.get(x.offset() + i);
        }
        return values;
    }

    /** Where the member's share of {@code count} begins. */
    private int from(int count, int grain) {
        return border(count, grain, member);
    }

    /** Where it ends. */
    private int to(int count, int grain) {
        return border(count, grain, member + 1);
    }

    private int border(int count, int grain, int number) {
        long grains = (count + (long) grain - 1) / grain;
        return (int) Math.min(count, grains * number / members * grain);
    }

    /** {@code out = left . right}, either side transposed first; shared where {@link #areSame} says so. */
    public void matmul(Block left, boolean transposeLeft, Block right, boolean transposeRight, Block out) {
        int inner = transposeLeft ? left.rows() : left.columns();
        int m = out.rows();
        int n = out.columns();
        int row = n >= m ? 0 : from(m, ROWS);
        int rows = n >= m ? m : to(m, ROWS) - row;
        int column = n >= m ? from(n, COLUMNS) : 0;
        int columns = n >= m ? to(n, COLUMNS) - column : n;
        if (rows > 0 && columns > 0) {
            gemm.multiply(left, transposeLeft, right, transposeRight, out, inner, row, rows, column, columns);
        }
    }

    /**
     * Whether these kernels, which are nobody's share, make of numbers the same bits as a crew's: BLAS has kernels of its own for
     * some extents, and how it cuts a sum into parts may depend on them. Leaves zeros in the blocks.
     */
    public boolean areSame(
            Kernels[] shares, Block left, boolean transposeLeft, Block right, boolean transposeRight, Block out) {
        for (Block operand : new Block[] {left, right}) {
            for (int i = 0; i < operand.size(); i++) {
                loops.set(operand.offset() + i, CounterRandom.uniform(1, operand.offset(), i) - 0.5);
            }
        }
        matmul(left, transposeLeft, right, transposeRight, out);
        long whole = digest(out);
        fill(0, out);
        for (Kernels share : shares) {
            share.matmul(left, transposeLeft, right, transposeRight, out);
        }
        boolean same = digest(out) == whole;
        for (Block block : new Block[] {left, right, out}) {
            fill(0, block);
        }
        return same;
    }

    private long digest(Block x) {
        long digest = 0;
        for (int i = 0; i < x.size(); i++) {
            digest = CounterRandom.bits(digest, i, Double.doubleToRawLongBits(loops.get(x.offset() + i)));
        }
        return digest;
    }

    /** {@code out = function(x)}, element by element; {@code parameter} is the function's own; shared. */
    public void map(Unary function, double parameter, Block x, Block out) {
        int from = from(out.size(), LINE);
        int n = to(out.size(), LINE) - from;
        loops.map(function, parameter, x.offset() + from, out.offset() + from, n);
    }

    /**
     * {@code out = function(x, y)}, element by element. A dimension of an operand that is 1 is repeated along that of
     * {@code out}. Shared.
     */
    public void zip(Binary function, Block x, Block y, Block out) {
        if (x.size() == out.size() && y.size() == out.size()) {
            int from = from(out.size(), LINE);
            int size = to(out.size(), LINE) - from;
            loops.zip(function, x.offset() + from, y.offset() + from, out.offset() + from, size);
            return;
        }
        int n = out.columns();
        for (int i = from(out.rows(), 1); i < to(out.rows(), 1); i++) {
            int xi = row(x, i);
            int yi = row(y, i);
            int oi = row(out, i);
            if (x.columns() == y.columns()) {
                loops.zip(function, xi, yi, oi, n);
            } else if (y.columns() == 1) {
                loops.zipWithScalar(function, xi, yi, oi, n);
            } else {
                loops.zipScalarWith(function, xi, yi, oi, n);
            }
        }
    }

    /** {@code out = p x + q y}, element by element, with each product rounded; all are of one size. */
    public void combine(double p, Block x, double q, Block y, Block out) {
        assert x.size() == out.size() && y.size() == out.size() : x + ", " + y + ", " + out;
        loops.combine(p, x.offset(), q, y.offset(), out.offset(), out.size());
    }

    /** {@code out = condition != 0 ? x : y}, element by element, with the repetition of {@link #zip}; shared. */
    public void select(Block condition, Block x, Block y, Block out) {
        int n = out.columns();
        for (int i = from(out.rows(), 1); i < to(out.rows(), 1); i++) {
            loops.select(row(condition, i), step(condition), row(x, i), step(x), row(y, i), step(y), row(out, i), n);
        }
    }

    /** Every element of {@code out} becomes {@code value}. */
    public void fill(double value, Block out) {
        loops.fill(value, out.offset(), out.size());
    }

    /** {@code out = x}, a dimension of {@code x} that is 1 being repeated; shared. */
    public void broadcast(Block x, Block out) {
        for (int i = from(out.rows(), 1); i < to(out.rows(), 1); i++) {
            loops.copy(row(x, i), x.columns() == out.columns() ? 1 : 0, row(out, i), out.columns());
        }
    }

    /** The same elements in the same order, as the rows and columns of {@code out}. */
    public void reshape(Block x, Block out) {
        loops.copy(x.offset(), 1, out.offset(), out.size());
    }

    /** {@code out [n x m] = x' [m x n]}. */
    public void transpose(Block x, Block out) {
        for (int i = 0; i < out.rows(); i++) {
            loops.copy(x.offset() + i, x.columns(), row(out, i), out.columns());
        }
    }

    /** The columns of {@code x} from {@code xColumn} on become those of {@code out} from {@code outColumn} on. */
    public void copyColumns(Block x, int xColumn, int columns, int outColumn, Block out) {
        for (int i = 0; i < out.rows(); i++) {
            loops.copy(row(x, i) + xColumn, 1, row(out, i) + outColumn, columns);
        }
    }

    /** {@code out [1 x n]} = the rows of {@code x [m x n]}, first row first, joined by {@code function}; shared. */
    public void foldRows(Binary function, Block x, Block out) {
        int from = from(out.columns(), LINE);
        int n = to(out.columns(), LINE) - from;
        int at = out.offset() + from;
        loops.copy(x.offset() + from, 1, at, n);
        for (int i = 1; i < x.rows(); i++) {
            loops.zip(function, at, row(x, i) + from, at, n);
        }
    }

    /** {@code out [m x 1]} = the sum of the columns of {@code x [m x n]}, first column first. */
    public void sumColumns(Block x, Block out) {
        for (int i = 0; i < x.rows(); i++) {
            loops.set(out.offset() + i, loops.sum(row(x, i), x.columns()));
        }
    }

    /** {@code out [m x 1]} = the largest element of each row of {@code x [m x n]}; NaN where there is one. */
    public void maxColumns(Block x, Block out) {
        for (int i = 0; i < x.rows(); i++) {
            loops.set(out.offset() + i, max(row(x, i), x.columns()));
        }
    }

    /** Each row of {@code out} is the softmax of that row of {@code x}. */
    public void softmax(Block x, Block out) {
        int n = x.columns();
        for (int i = 0; i < x.rows(); i++) {
            // Less the row's maximum: the largest exponential is then 1 and none overflows.
            loops.zipWithScalar(Binary.SUBTRACT, row(x, i), largest(row(x, i), n), row(out, i), n);
        }
        loops.map(Unary.EXP, 0, out.offset(), out.offset(), out.size());
        for (int i = 0; i < x.rows(); i++) {
            int oi = row(out, i);
            double total = loops.sum(oi, n);
            for (int j = 0; j < n; j++) {
                loops.set(oi + j, loops.get(oi + j) / total);
            }
        }
    }

    /** {@code out [m x 1]} = {@code log sum_j exp(x_j)} of each row of {@code x [m x k]}. */
    public void logSumExp(Block x, Block out) {
        for (int i = 0; i < x.rows(); i++) {
            double max = max(row(x, i), x.columns());
            loops.set(out.offset() + i, max + logSumExpLess(max, row(x, i), x.columns()));
        }
    }

    /** Each row of {@code out} is that row of {@code x} less its log-sum-exp. */
    public void logSoftmax(Block x, Block out) {
        int k = x.columns();
        for (int i = 0; i < x.rows(); i++) {
            double max = max(row(x, i), k);
            double rest = logSumExpLess(max, row(x, i), k);
            for (int j = 0; j < k; j++) {
                loops.set(row(out, i) + j, (loops.get(row(x, i) + j) - max) - rest);
            }
        }
    }

    /** {@code out [m x 1]} = log-sum-exp of each row of {@code logits [m x k]} less its element at {@code index [m x 1]}. */
    public void softmaxCrossEntropy(Block logits, Block index, Block out) {
        int k = logits.columns();
        for (int i = 0; i < logits.rows(); i++) {
            int z = row(logits, i);
            double max = max(z, k);
            // The difference of two logits first: it is exact where the class is the likeliest, and a tiny loss stays
            // exact.
            double below = max - loops.get(z + index(index, i, k));
            loops.set(out.offset() + i, below + logSumExpLess(max, z, k));
        }
    }

    /** {@code out} = {@code log(1 + exp(z)) - y z} of {@code logits} z and {@code targets} y, element by element. */
    public void binaryCrossEntropy(Block logits, Block targets, Block out) {
        for (int i = 0; i < out.size(); i++) {
            double z = loops.get(logits.offset() + i);
            double y = loops.get(targets.offset() + i);
            // In this order a tiny loss keeps its digits.
            double loss = Math.max(z, 0) - z * y + StrictMath.log1p(StrictMath.exp(-Math.abs(z)));
            loops.set(out.offset() + i, loss);
        }
    }

    /** Row i of {@code out [m x k]} is 1 in the column that {@code index [m x 1]} names and 0 elsewhere. */
    public void oneHot(Block index, Block out) {
        fill(0, out);
        for (int i = 0; i < out.rows(); i++) {
            loops.set(row(out, i) + index(index, i, out.columns()), 1);
        }
    }

    /** Row i of {@code out [m x d]} is the row of {@code table [v x d]} that {@code index [m x 1]} names. */
    public void gatherRows(Block table, Block index, Block out) {
        for (int i = 0; i < out.rows(); i++) {
            loops.copy(row(table, index(index, i, table.rows())), 1, row(out, i), out.columns());
        }
    }

    /** Adds row i of {@code x [m x d]} to the row of {@code out [v x d]} that {@code index [m x 1]} names, first row first. */
    public void scatterAddRows(Block x, Block index, Block out) {
        fill(0, out);
        for (int i = 0; i < x.rows(); i++) {
            int oi = row(out, index(index, i, out.rows()));
            loops.zip(Binary.ADD, oi, row(x, i), oi, out.columns());
        }
    }

    /** The entries {@code values}, {@code rows}, {@code columns [e x 1]}, up to a negative one, as a matrix; equal places add. */
    public void toMatrix(Block values, Block rows, Block columns, Block out) {
        fill(0, out);
        for (int i = 0; i < values.rows() && isEntry(rows, columns, i); i++) {
            int at = at(out, rows, columns, i);
            loops.set(at, loops.get(at) + loops.get(values.offset() + i));
        }
    }

    /** The elements {@code out [e x 1]} of {@code x} at {@code rows} and {@code columns}; 0 from a negative one on. */
    public void entries(Block x, Block rows, Block columns, Block out) {
        fill(0, out);
        for (int i = 0; i < out.rows() && isEntry(rows, columns, i); i++) {
            loops.set(out.offset() + i, loops.get(at(x, rows, columns, i)));
        }
    }

    /** The elements {@code out [e x 1]} of {@code x [m x n]} times {@code y' [n x k]} at {@code rows} and {@code columns}. */
    public void entriesOfProduct(Block x, Block y, Block rows, Block columns, Block out) {
        fill(0, out);
        for (int i = 0; i < out.rows() && isEntry(rows, columns, i); i++) {
            int xi = row(x, index(rows, i, x.rows()));
            int yi = row(y, index(columns, i, y.rows()));
            double product = 0;
            for (int j = 0; j < x.columns(); j++) {
                product += loops.get(xi + j) * loops.get(yi + j);
            }
            loops.set(out.offset() + i, product);
        }
    }

    private boolean isEntry(Block rows, Block columns, int i) {
        return loops.get(rows.offset() + i) >= 0 && loops.get(columns.offset() + i) >= 0;
    }

    private int at(Block x, Block rows, Block columns, int i) {
        return x.offset() + index(rows, i, x.rows()) * x.columns() + index(columns, i, x.columns());
    }

    /** {@code out [m x n]} = the matrix of the entries, {@code [m x k]}, times {@code x [k x n]}; first entry first. */
    public void sparseProduct(Block values, Block rows, Block columns, Block x, Block out) {
        int count = Math.min(loops.indices(rows, out.rows()), loops.indices(columns, x.rows()));
        if (count < values.rows() && isEntry(rows, columns, count)) { // an index that is none: tell which
            index(rows, count, out.rows());
            index(columns, count, x.rows());
        }
        fill(0, out);
        loops.addScaledRows(values, rows, columns, count, x, out);
    }

    /**
     * Each element of {@code out} is 0 with probability {@code rate} and {@code 1 / (1 - rate)} otherwise: a function of
     * the seed, of its column, and of the counters in its row of {@code counters}; shared.
     */
    public void dropoutMask(double rate, long seed, Block counters, Block out) {
        for (int i = from(out.rows(), 1); i < to(out.rows(), 1); i++) {
            long stream = stream(seed, counters, i);
            for (int j = 0; j < out.columns(); j++) {
                boolean kept = CounterRandom.uniform(seed, stream, j) >= rate;
                loops.set(row(out, i) + j, kept ? 1 / (1 - rate) : 0);
            }
        }
    }

    /**
     * Each element of {@code out} is uniformly distributed over [0, 1): the number that decides about it in a {@link #dropoutMask};
     * shared.
     */
    public void uniformNoise(long seed, Block counters, Block out) {
        for (int i = from(out.rows(), 1); i < to(out.rows(), 1); i++) {
            long stream = stream(seed, counters, i);
            for (int j = 0; j < out.columns(); j++) {
                loops.set(row(out, i) + j, CounterRandom.uniform(seed, stream, j));
            }
        }
    }

    /**
     * Each element of {@code out} is normally distributed with mean 0 and deviation 1: a function of the seed, of its column, and of
     * the counters in its row of {@code counters}; shared.
     */
    public void gaussianNoise(long seed, Block counters, Block out) {
        for (int i = from(out.rows(), 1); i < to(out.rows(), 1); i++) {
            long stream = stream(seed, counters, i);
            for (int j = 0; j < out.columns(); j++) {
                loops.set(row(out, i) + j, CounterRandom.gaussian(seed, stream, j));
            }
        }
    }

    /** The stream of random numbers that the counters in row {@code i} name. */
    private long stream(long seed, Block counters, int i) {
        long stream = seed;
        for (int k = 0; k < counters.columns(); k++) {
            stream = CounterRandom.bits(stream, k, (long) loops.get(row(counters, i) + k));
        }
        return stream;
    }

    /** Where row {@code i} begins; a block of one row is repeated. */
    private static int row(Block x, int i) {
        return x.rows() == 1 ? x.offset() : x.offset() + i * x.columns();
    }

    /** From one column to the next; a block of one column is repeated. */
    private static int step(Block x) {
        return x.columns() == 1 ? 0 : 1;
    }

    /** The index in row {@code i}; checked, since a wrong one would reach into another value's memory. */
    private int index(Block index, int i, int length) {
        double value = loops.get(index.offset() + i);
        int whole = (int) value;
        if (whole != value || whole < 0 || whole >= length) { // NaN is not equal to any
            throw new IndexOutOfBoundsException("index %s in row %d, expected 0 to %d".formatted(value, i, length - 1));
        }
        return whole;
    }

    /** {@code log sum_j exp(x_j - max)}. */
    private double logSumExpLess(double max, int from, int n) {
        double total = 0;
        for (int j = 0; j < n; j++) {
            total += StrictMath.exp(loops.get(from + j) - max);
        }
        return StrictMath.log(total);
    }

    private double max(int from, int n) {
        double max = loops.get(from);
        for (int j = 1; j < n; j++) {
            max = Math.max(max, loops.get(from + j));
        }
        return max;
    }

    /** The place of the largest element. */
    private int largest(int from, int n) {
        int best = from;
        for (int i = from + 1; i < from + n; i++) {
            best = loops.get(i) > loops.get(best) ? i : best;
        }
        return best;
    }
}
