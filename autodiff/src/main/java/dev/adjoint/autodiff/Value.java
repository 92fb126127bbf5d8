package dev.adjoint.autodiff;

import java.util.ArrayList;
import java.util.List;

/**
 * A matrix that a program will compute: the result of one of its steps, or one of its inputs. Each method records one
 * step and returns its result; none computes anything.
 *
 * <p>Every method that takes another value throws {@link ShapeException} when the shapes do not fit, and {@link
 * IllegalArgumentException} when the other value belongs to another program.
 */
public final class Value {
    private final ProgramBuilder program;
    private final int id;
    private final Shape shape;

    Value(ProgramBuilder program, int id, Shape shape) {
        this.program = program;
        this.id = id;
        this.shape = shape;
    }

    public Shape shape() {
        return shape;
    }

    int id() {
        return id;
    }

    ProgramBuilder program() {
        return program;
    }

    /** The result of {@code op} on this value and {@code others}, in that order. */
    Value apply(Op op, Value... others) {
        List<Value> operands = new ArrayList<>();
        operands.add(this);
        operands.addAll(List.of(others));
        return program.record(op, operands);
    }

    /** The matrix product of this value {@code [m x k]} and {@code right [k x n]}. */
    public Value matmul(Value right) {
        return apply(new MatMul(false, false), right);
    }

    /** The matrix product, either side transposed first. */
    public Value matmul(boolean transposeLeft, Value right, boolean transposeRight) {
        return apply(new MatMul(transposeLeft, transposeRight), right);
    }

    /** The sum, element by element; a dimension of 1 is repeated along the other's. */
    public Value add(Value right) {
        return apply(new Arithmetic.Add(), right);
    }

    /** This value less {@code right}, element by element; a dimension of 1 is repeated along the other's. */
    public Value subtract(Value right) {
        return apply(new Arithmetic.Subtract(), right);
    }

    /** The product, element by element; a dimension of 1 is repeated along the other's. */
    public Value multiply(Value right) {
        return apply(new Arithmetic.Multiply(), right);
    }

    /** This value times {@code factor}. */
    public Value scale(double factor) {
        return apply(new Arithmetic.Scale(factor));
    }

    /** A scalar of this value's program. */
    public Value constant(double value) {
        return program.constant(value);
    }

    /** {@code max(x, 0)}. */
    public Value relu() {
        return apply(new Activations.Relu());
    }

    /** {@code x} where it is positive, {@code slope * x} elsewhere. */
    public Value leakyRelu(double slope) {
        return apply(new Activations.LeakyRelu(slope));
    }

    /** {@code 1 / (1 + exp(-x))}. */
    public Value logistic() {
        return apply(new Activations.Logistic());
    }

    /** {@code tanh(x)}. */
    public Value tanh() {
        return apply(new Activations.Tanh());
    }

    /** The softmax of each row. */
    public Value softmax() {
        return apply(new Losses.Softmax());
    }

    /** The sum of the rows, {@code [1 x n]}. */
    public Value sumRows() {
        return apply(new Rearrangements.SumRows());
    }

    /** The sum of the columns, {@code [m x 1]}. */
    public Value sumColumns() {
        return apply(new Rearrangements.SumColumns());
    }

    /** The sum of all elements, a scalar. */
    public Value sum() {
        return sumTo(Shape.SCALAR);
    }

    /** A copy of this value, its dimensions of 1 repeated to {@code shape}. */
    public Value broadcastTo(Shape shape) {
        return this.shape.equals(shape) ? this : apply(new Rearrangements.Broadcast(shape));
    }

    /** The sum over the dimensions in which {@code shape} has 1 and this value has more: the transpose of {@link #broadcastTo}. */
    Value sumTo(Shape shape) {
        Value summed = this.shape.columns() != shape.columns() ? sumColumns() : this;
        return summed.shape.rows() != shape.rows() ? summed.sumRows() : summed;
    }

    /** For class indices {@code [m x 1]}: rows that are 1 in the class's column and 0 elsewhere. */
    public Value oneHot(int classes) {
        return apply(new Rearrangements.OneHot(classes));
    }

    /** For logits {@code [m x k]}: each row's softmax cross-entropy with the class indices {@code [m x 1]}. */
    public Value softmaxCrossEntropy(Value classIndices) {
        return apply(new Losses.SoftmaxCrossEntropy(), classIndices);
    }

    /** For logits {@code [m x 1]}: each row's cross-entropy with {@code targets [m x 1]} between 0 and 1. */
    public Value binaryCrossEntropy(Value targets) {
        return apply(new Losses.BinaryCrossEntropy(), targets);
    }

    /** Half the squared distance of each row from that row of {@code targets}, {@code [m x 1]}. */
    public Value halfSquaredError(Value targets) {
        return apply(new Losses.HalfSquaredError(), targets);
    }

    @Override
    public String toString() {
        return program.name(id) + " " + shape;
    }
}
