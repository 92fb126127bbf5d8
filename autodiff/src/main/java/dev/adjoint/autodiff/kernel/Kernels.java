package dev.adjoint.autodiff.kernel;

/**
 * What an operation may do to the blocks of one arena. Every method reads its operands and writes {@code out}, the last
 * argument, and nothing else.
 */
public interface Kernels {
    /** {@code out = left . right}, either side transposed first. */
    void matmul(Block left, boolean transposeLeft, Block right, boolean transposeRight, Block out);

    /** {@code out = function(x)}, element by element; {@code parameter} is the function's own. */
    void map(Unary function, double parameter, Block x, Block out);

    /**
     * {@code out = function(x, y)}, element by element. A dimension of an operand that is 1 is repeated along that of
     * {@code out}.
     */
    void zip(Binary function, Block x, Block y, Block out);

    /** Every element of {@code out} becomes {@code value}. */
    void fill(double value, Block out);

    /** {@code out = x}, a dimension of {@code x} that is 1 being repeated. */
    void broadcast(Block x, Block out);

    /** {@code out [1 x n]} = the sum of the rows of {@code x [m x n]}, first row first. */
    void sumRows(Block x, Block out);

    /** {@code out [m x 1]} = the sum of the columns of {@code x [m x n]}, first column first. */
    void sumColumns(Block x, Block out);

    /** Each row of {@code out} is the softmax of that row of {@code x}. */
    void softmax(Block x, Block out);

    /** Row i of {@code out [m x k]} is 1 in the column that {@code index [m x 1]} names and 0 elsewhere. */
    void oneHot(Block index, Block out);

    /** {@code out [m x 1]} = log-sum-exp of each row of {@code logits [m x k]} less its element at {@code index [m x 1]}. */
    void softmaxCrossEntropy(Block logits, Block index, Block out);

    /** {@code out [m x 1]} = {@code log(1 + exp(z)) - y z} of {@code logits [m x 1]} z and {@code targets [m x 1]} y. */
    void binaryCrossEntropy(Block logits, Block targets, Block out);

    /** {@code out [m x 1]} = half the squared distance of each row of {@code x} from that row of {@code y}. */
    void halfSquaredError(Block x, Block y, Block out);
}
