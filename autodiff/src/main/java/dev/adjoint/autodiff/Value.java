package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Binary;
import dev.adjoint.autodiff.kernel.Unary;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A matrix in a computation: one of its inputs, or the result of one of its steps. Each method records one step, or a few,
 * and returns the result. What can be said in terms of other operations is, and so needs no derivative of its own.
 *
 * <p>Every method that takes another value throws {@link ShapeException} when the shapes do not fit, and {@link
 * IllegalArgumentException} when the other value belongs to another program or tape.
 */
public final class Value {
    private final Recorder recorder;
    private final int id;
    private final String name;
    private final Shape shape;
    private final @Nullable Op op;
    private final List<Value> operands;

    Value(Recorder recorder, int id, String name, Shape shape, @Nullable Op op, List<Value> operands) {
        this.recorder = recorder;
        this.id = id;
        this.name = name;
        this.shape = shape;
        this.op = op;
        this.operands = List.copyOf(operands);
    }

    public Shape shape() {
        return shape;
    }

    public int rows() {
        return shape.rows();
    }

    public int columns() {
        return shape.columns();
    }

    /** The input's name, or {@code v7} for the seventh step. */
    public String name() {
        return name;
    }

    /** The operation that computes this value; null for an input. */
    public @Nullable Op op() {
        return op;
    }

    /** What the operation is applied to. */
    public List<Value> operands() {
        return operands;
    }

    /** The value's place among all of its recorder. */
    int id() {
        return id;
    }

    Recorder recorder() {
        return recorder;
    }

    /** The only element of a scalar that is on a {@link Tape}. */
    public double item() {
        if (!shape.isScalar()) {
            throw new ShapeException("item of %s: expected a scalar [1x1]".formatted(this));
        }
        return elements()[0];
    }

    /**
     * A copy of the elements, row by row, of a value that is on a {@link Tape}.
     *
     * @throws IllegalStateException when it belongs to a program that is being built
     */
    public double[] elements() {
        return recorder.read(this);
    }

    /** The result of {@code op} on this value and {@code others}, in that order. */
    public Value apply(Op op, Value... others) {
        List<Value> all = new ArrayList<>();
        all.add(this);
        all.addAll(List.of(others));
        return recorder.record(op, all);
    }

    /** A scalar that never changes, for this value's program. */
    public Value constant(double value) {
        return recorder.constant(value);
    }

    /** A function of each element; {@code parameter} is its own number, 0 where it has none. */
    Value map(Unary function, double parameter) {
        return apply(new Elementwise.UnaryFunction(function, parameter));
    }

    private Value zip(Binary function, Value right) {
        return apply(new Elementwise.BinaryFunction(function), right);
    }

    // Arithmetic, element by element. A dimension of 1 is repeated along the other's.

    public Value add(Value right) {
        return zip(Binary.ADD, right);
    }

    public Value add(double right) {
        return add(constant(right));
    }

    public Value subtract(Value right) {
        return zip(Binary.SUBTRACT, right);
    }

    public Value subtract(double right) {
        return subtract(constant(right));
    }

    /** The product, element by element; for that of matrices see {@link #matmul}. */
    public Value multiply(Value right) {
        return zip(Binary.MULTIPLY, right);
    }

    public Value multiply(double right) {
        return apply(new Elementwise.Scale(right));
    }

    public Value divide(Value right) {
        return zip(Binary.DIVIDE, right);
    }

    public Value divide(double right) {
        return divide(constant(right));
    }

    public Value negate() {
        return multiply(-1);
    }

    /** The larger of the two. The gradient goes to the one that was taken; of two equal ones, half to each. */
    public Value maximum(Value right) {
        return zip(Binary.MAXIMUM, right);
    }

    public Value maximum(double right) {
        return maximum(constant(right));
    }

    /** The smaller of the two. The gradient goes to the one that was taken; of two equal ones, half to each. */
    public Value minimum(Value right) {
        return zip(Binary.MINIMUM, right);
    }

    public Value minimum(double right) {
        return minimum(constant(right));
    }

    // Comparisons: 1 where they hold, 0 elsewhere. Their derivative is zero.

    public Value greaterThan(Value right) {
        return zip(Binary.GREATER, right);
    }

    public Value greaterThan(double right) {
        return greaterThan(constant(right));
    }

    public Value atLeast(Value right) {
        return zip(Binary.GREATER_OR_EQUAL, right);
    }

    public Value atLeast(double right) {
        return atLeast(constant(right));
    }

    public Value equalTo(Value right) {
        return zip(Binary.EQUAL, right);
    }

    public Value equalTo(double right) {
        return equalTo(constant(right));
    }

    /**
     * {@code ifTrue} where this value is not 0, {@code ifFalse} elsewhere. What was not taken gets the gradient 0; where
     * its own derivative is infinite, 0 times that is NaN, so keep a function inside its domain: {@code x.maximum(0.1).log()}.
     */
    public Value where(Value ifTrue, Value ifFalse) {
        return apply(new Elementwise.Where(), ifTrue, ifFalse);
    }

    // Functions of one number, element by element.

    /** {@code x^exponent}. */
    public Value power(double exponent) {
        return exponent == 1 ? this : map(Unary.POWER, exponent);
    }

    /** {@code x^exponent = exp(exponent log x)}, for positive x. */
    public Value power(Value exponent) {
        return exponent.multiply(log()).exp();
    }

    public Value exp() {
        return map(Unary.EXP, 0);
    }

    /** The natural logarithm. */
    public Value log() {
        return map(Unary.LOG, 0);
    }

    /** {@code log(1 + x)}, exact for small x. */
    public Value log1p() {
        return map(Unary.LOG1P, 0);
    }

    public Value sqrt() {
        return map(Unary.SQRT, 0);
    }

    /** {@code 1 / x}. */
    public Value reciprocal() {
        return map(Unary.RECIPROCAL, 0);
    }

    public Value sin() {
        return map(Unary.SIN, 0);
    }

    public Value cos() {
        return map(Unary.COS, 0);
    }

    /** {@code |x|}; its derivative at 0 is taken as 0. */
    public Value absolute() {
        return map(Unary.ABSOLUTE, 0);
    }

    /** -1, 0 or 1. */
    public Value sign() {
        return map(Unary.SIGN, 0);
    }

    public Value tanh() {
        return map(Unary.TANH, 0);
    }

    /** {@code 1 / (1 + exp(-x))}. */
    public Value logistic() {
        return map(Unary.LOGISTIC, 0);
    }

    /** {@code log(1 + exp(x))}. */
    public Value softplus() {
        return map(Unary.SOFTPLUS, 0);
    }

    /** {@code max(x, 0)}; its derivative at 0 is taken as 0. */
    public Value relu() {
        return map(Unary.RELU, 0);
    }

    /** {@code x} where it is positive, {@code slope * x} elsewhere. */
    public Value leakyRelu(double slope) {
        return map(Unary.LEAKY_RELU, slope);
    }

    /** The same with a slope that can be learned: a scalar, or a row with one for each column. */
    public Value leakyRelu(Value slope) {
        return greaterThan(0).where(this, multiply(slope));
    }

    /** {@code x} where it is positive, {@code scale (exp(x) - 1)} elsewhere (Clevert et al. 2016). */
    public Value elu(double scale) {
        return map(Unary.ELU, scale);
    }

    /**
     * {@link #elu} with the scale 1.67326, times 1.0507 (Klambauer et al. 2017): independent inputs of mean 0 and variance 1, by
     * weights of mean 0 whose squares sum to 1, come out with mean 0 and variance 1 again.
     */
    public Value selu() {
        return elu(1.6732632423543772).multiply(1.0507009873554805);
    }

    /**
     * {@code x} times the normal distribution function of x, in the approximation by tanh: {@code x/2 (1 + tanh(sqrt(2 /
     * pi) (x + 0.044715 x^3)))} (Hendrycks and Gimpel 2016).
     */
    public Value gelu() {
        Value cubic = multiply(this).multiply(0.044715).add(1).multiply(this);
        return cubic.multiply(Math.sqrt(2 / Math.PI))
                .tanh()
                .add(1)
                .multiply(this)
                .multiply(0.5);
    }

    /** {@code x logistic(x)}. */
    public Value silu() {
        return multiply(logistic());
    }

    /** {@code x tanh(log(1 + exp(x)))} (Misra 2020). */
    public Value mish() {
        return multiply(softplus().tanh());
    }

    /** 1 where {@code x} is positive, 0 elsewhere. */
    public Value step() {
        return map(Unary.STEP, 0);
    }

    // Sums, means and extremes: over the rows to [1 x n], over the columns to [m x 1], or over all to a scalar.

    public Value sumRows() {
        return apply(new Reductions.Sum(Reductions.Over.ROWS));
    }

    public Value sumColumns() {
        return apply(new Reductions.Sum(Reductions.Over.COLUMNS));
    }

    public Value sum() {
        return sumTo(Shape.SCALAR);
    }

    /** The sum over the dimensions in which {@code shape} has 1 and this value has more: the transpose of {@link #broadcastTo}. */
    Value sumTo(Shape shape) {
        Value summed = columns() != shape.columns() ? sumColumns() : this;
        return summed.rows() != shape.rows() ? summed.sumRows() : summed;
    }

    public Value meanRows() {
        return sumRows().multiply(1.0 / rows());
    }

    public Value meanColumns() {
        return sumColumns().multiply(1.0 / columns());
    }

    public Value mean() {
        return sum().multiply(1.0 / shape.size());
    }

    /** The largest of each column. The gradient goes to it; of several equal ones, an equal share to each. */
    public Value maxRows() {
        return apply(new Reductions.Max(Reductions.Over.ROWS));
    }

    /** The largest of each row. The gradient goes to it; of several equal ones, an equal share to each. */
    public Value maxColumns() {
        return apply(new Reductions.Max(Reductions.Over.COLUMNS));
    }

    /** The largest element. The gradient goes to it; of several equal ones, an equal share to each. */
    public Value max() {
        return reshape(1, shape.size()).maxColumns();
    }

    /** The smallest of each column, with the rule of {@link #maxRows}. */
    public Value minRows() {
        return negate().maxRows().negate();
    }

    /** The smallest of each row, with the rule of {@link #maxColumns}. */
    public Value minColumns() {
        return negate().maxColumns().negate();
    }

    /** The smallest element, with the rule of {@link #max}. */
    public Value min() {
        return negate().max().negate();
    }

    /** {@code log sum_j exp(x_j)} of each row, {@code [m x 1]}. */
    public Value logSumExp() {
        return apply(new Reductions.LogSumExp());
    }

    /** {@code exp(x_k) / sum_j exp(x_j)}, each row for itself. */
    public Value softmax() {
        return apply(new Reductions.Softmax());
    }

    /** The logarithm of {@link #softmax}, exact also where that is tiny. */
    public Value logSoftmax() {
        return apply(new Reductions.LogSoftmax());
    }

    // Products and rearrangements.

    /** The matrix product of this value {@code [m x k]} and {@code right [k x n]}. */
    public Value matmul(Value right) {
        return matmul(false, right, false);
    }

    /** The matrix product, either side transposed first. */
    public Value matmul(boolean transposeLeft, Value right, boolean transposeRight) {
        return apply(new MatMul(transposeLeft, transposeRight), right);
    }

    /** This value as a constant: nothing of what is computed from the result has a derivative by way of it. */
    public Value detach() {
        return apply(new Rearrangements.Detach());
    }

    public Value transpose() {
        return apply(new Rearrangements.Transpose());
    }

    /** The same elements, row by row, in another shape of the same size. */
    public Value reshape(int rows, int columns) {
        return apply(new Rearrangements.Reshape(new Shape(rows, columns)));
    }

    /** This value, its dimensions of 1 repeated to {@code shape}. */
    public Value broadcastTo(Shape shape) {
        return this.shape.equals(shape) ? this : apply(new Rearrangements.Broadcast(shape));
    }

    /** This value's columns, then those of {@code others}, in order. */
    public Value concatColumns(Value... others) {
        return apply(new Rearrangements.ConcatColumns(), others);
    }

    /** The columns {@code from} to {@code to}, exclusive. */
    public Value sliceColumns(int from, int to) {
        return apply(new Rearrangements.SliceColumns(from, to));
    }

    /** This value between columns of zeros: {@code before} on its left, {@code after} on its right. */
    public Value padColumns(int before, int after) {
        return apply(new Rearrangements.PadColumns(before, after));
    }

    /** For row indices {@code [m x 1]}: that row of this value for each, an embedding. */
    public Value gatherRows(Value indices) {
        return apply(new Rearrangements.GatherRows(), indices);
    }

    /** For row indices {@code [m x 1]}: so many rows, each the sum of this value's rows with its index. */
    public Value scatterAddRows(Value indices, int rows) {
        return apply(new Rearrangements.ScatterAddRows(rows), indices);
    }

    /**
     * A matrix of mostly zeros: this value {@code [e x 1]} holds its entries, which stand at {@code rows} and {@code
     * columns}, {@code [e x 1]} too; what stands at one place is added. A negative row or column ends the entries. A product
     * with it on the left takes time in proportion to the entries; anything else is done on all elements.
     */
    public Value toMatrix(Value rows, Value columns, Shape shape) {
        return apply(new Sparse.ToMatrix(shape), rows, columns);
    }

    /** The elements {@code [e x 1]} at {@code rows} and {@code columns}, {@code [e x 1]} each; 0 from a negative one on. */
    public Value entries(Value rows, Value columns) {
        return apply(new Sparse.Entries(), rows, columns);
    }

    /** For class indices {@code [m x 1]}: rows that are 1 in the class's column and 0 elsewhere. */
    public Value oneHot(int classes) {
        return apply(new Rearrangements.OneHot(classes));
    }

    // Layers.

    /**
     * Each column less its mean, over its standard deviation, times {@code scale}, plus {@code shift}: {@code scale (x -
     * mean) / sqrt(variance + 1e-5) + shift}, with the variance of the rows at hand (biased; Ioffe and Szegedy 2015).
     *
     * @param weights of the rows, {@code [m x 1]}: a row of weight 0, such as those that fill up a batch, has no part
     * @param scale {@code [1 x n]}
     * @param shift {@code [1 x n]}
     */
    public Value batchNorm(Value weights, Value scale, Value shift) {
        // Not repeated: a single weight for all rows would leave the mean a sum.
        if (weights.rows() != rows() || weights.columns() != 1) {
            throw new ShapeException("batchNorm: weights %s for %s, expected [%dx1]".formatted(weights, this, rows()));
        }
        Value total = weights.sum();
        Value mean = multiply(weights).sumRows().divide(total);
        Value centred = subtract(mean);
        Value variance = centred.multiply(centred).multiply(weights).sumRows().divide(total);
        return centred.divide(variance.add(1e-5).sqrt()).multiply(scale).add(shift);
    }

    /**
     * Each element is set to 0 with probability {@code rate}, and otherwise divided by {@code 1 - rate}. The mask is a
     * function of the seed, of an element's column, and of its row of {@code counters}, so it is the same wherever and
     * whenever it is drawn.
     *
     * @param counters {@code [m x k]}: whole numbers that tell rows and steps apart, such as a step and a row
     */
    public Value dropout(double rate, long seed, Value counters) {
        requireCounters("dropout", counters);
        return multiply(counters.apply(new Rearrangements.DropoutMask(rate, seed, columns())));
    }

    /**
     * The same with a rate of each row: an element is dropped where the number of {@link #uniformNoise} is below it.
     *
     * @param rates {@code [m x 1]}, from 0 to less than 1
     */
    public Value dropout(Value rates, long seed, Value counters) {
        Value mask = uniformNoise(seed, counters).atLeast(rates);
        return multiply(mask.divide(rates.negate().add(1)));
    }

    /**
     * For each element of this a number that is uniformly distributed over [0, 1), a constant. It is drawn as the mask of {@link
     * #dropout} is.
     *
     * @param counters {@code [m x k]}: whole numbers that tell rows and steps apart, such as a step and a row
     */
    public Value uniformNoise(long seed, Value counters) {
        requireCounters("uniformNoise", counters);
        return counters.apply(new Rearrangements.UniformNoise(seed, columns()));
    }

    /**
     * For each element of this a number that is normally distributed with mean 0 and deviation 1, a constant. It is drawn as the mask
     * of {@link #dropout} is.
     *
     * @param counters {@code [m x k]}: whole numbers that tell rows and steps apart, such as a step and a row
     */
    public Value gaussianNoise(long seed, Value counters) {
        requireCounters("gaussianNoise", counters);
        return counters.apply(new Rearrangements.GaussianNoise(seed, columns()));
    }

    /** Not repeated: all rows would get the same numbers. */
    private void requireCounters(String what, Value counters) {
        if (counters.rows() != rows()) {
            throw new ShapeException(
                    "%s: counters %s for %s, expected %d rows".formatted(what, counters, this, rows()));
        }
    }

    Op requireOp() {
        if (op == null) {
            throw new IllegalStateException(name + " is an input");
        }
        return op;
    }

    /** What this value is computed by, e.g. {@code matmul(x, W)}; an input's name. */
    public String formula() {
        return op == null ? name : op.format(operands.stream().map(Value::name).toList());
    }

    @Override
    public String toString() {
        return name + " " + shape;
    }
}
