package dev.adjoint.model;

import dev.adjoint.autodiff.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Its input, followed by the pieces of some of its columns: for column {@code x} and knots {@code t(0) < ... < t(pieces)} the
 * numbers {@code (x - t(k-1)) / (t(k) - t(k-1))}, each no less than 0 and no more than 1, but for the first and the last piece, which
 * go on beyond the outer knots. What follows can bend at every knot (piecewise-linear encoding: Gorishniy, Rubachev and Babenko 2022).
 *
 * <p>The knots are the same for all columns: those that part a logistic distribution of mean 0 and deviation 1 into pieces of equal
 * weight, the outer ones at -3 and 3, since scaled numbers are about so distributed and lie within these.
 *
 * @param inputs the columns, from 1: {@code "1-6, 9"}, or all
 */
public record Piecewise(
        @Default("8") int pieces, @Default("all") String inputs) implements Layer {
    /** A file asks for no more: each takes as much memory as the chosen columns. */
    private static final int MOST_PIECES = 64;

    private static final double OUTERMOST = 3;

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException when there are less than two pieces or too many, or the columns are not ascending
     */
    public Piecewise {
        if (pieces < 2 || pieces > MOST_PIECES) {
            throw new IllegalArgumentException("%d pieces: expected 2 to %d".formatted(pieces, MOST_PIECES));
        }
        ColumnRuns.check(inputs);
    }

    @Override
    public Value apply(Scope scope, Value x) {
        Value chosen = ColumnRuns.of(inputs, x);
        List<Value> encoded = new ArrayList<>();
        for (int piece = 1; piece <= pieces; piece++) {
            double from = knot(piece - 1);
            Value share = chosen.add(-from).multiply(1 / (knot(piece) - from));
            Value above = piece == 1 ? share : share.maximum(0);
            encoded.add(piece == pieces ? above : above.minimum(1));
        }
        return x.concatColumns(encoded.toArray(Value[]::new));
    }

    private double knot(int k) {
        double share = (double) k / pieces;
        return k == 0
                ? -OUTERMOST
                : k == pieces ? OUTERMOST : Math.sqrt(3) / Math.PI * StrictMath.log(share / (1 - share));
    }
}
