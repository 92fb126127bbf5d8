package dev.adjoint.worker.step;

import dev.adjoint.autodiff.kernel.Binary;
import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.autodiff.kernel.Unary;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A step with all parameters: the sum of gradients is divided by its weight and clipped, the penalty's gradient is added, and
 * the optimiser makes the step.
 *
 * @param parameters in their order, without gaps
 */
public record Descent(
        Optimiser optimiser, Schedule schedule, Penalty penalty, Clipping clipping, List<Stretch> parameters)
        implements Serializable {
    /** So many numbers at a time stay in the first-level cache from one kernel to the next. */
    public static final int TILE = 2048;

    /** The share of the distance to the rows' statistic that a tracked vector goes at a step. */
    private static final double TRACKING = 0.1;

    /**
     * A parameter's place among all, exclusive of {@code to}, and what a step does with it.
     *
     * @param columns of the matrix that it is, row by row
     * @param rate what the learning rate is multiplied by; with 0 nothing happens to it
     */
    public record Stretch(int from, int to, int columns, Role role, double rate) implements Serializable {
        /** A row, at the learning rate as it is. */
        public Stretch(int from, int to, Role role) {
            this(from, to, to - from, role, 1);
        }
    }

    public Descent {
        parameters = List.copyOf(parameters);
    }

    /** The schedule's pace of a step, its rate times a factor: 1 until a training was rolled back. */
    public Pace pace(long step, double factor) {
        return new Pace(step, (float) (schedule.rate(step) * factor));
    }

    /**
     * What a sum of gradients is multiplied by.
     *
     * @param mean to be a mean: 1 / the weight of the examples, the one division
     * @param clipped to be a mean of a norm that is allowed
     */
    public record Scale(float mean, float clipped) {}

    /**
     * The scale of a sum that stands in an array; 0 where no example counts, whose gradient is none.
     *
     * @param weight of its examples
     */
    public Scale scale(float[] sum, int at, double weight) {
        float mean = weight == 0 ? 0 : (float) (1 / weight);
        if (Double.isInfinite(clipping.norm())) {
            return new Scale(mean, mean);
        }
        double squares = 0;
        for (Stretch stretch : parameters) {
            if (stretch.role != Role.TRACKED && stretch.rate != 0) {
                squares += Clipping.squares(sum, at + stretch.from, at + stretch.to);
            }
        }
        return new Scale(mean, (float) (mean * clipping.factor(Math.sqrt(squares) * mean)));
    }

    /**
     * The norm of the mean objective's gradient, the penalty's included, over the parameters that are learned.
     *
     * @param sum where the sum of the examples' gradients stands, of so much weight, from {@code start} on
     */
    public double gradientNorm(float[] values, float[] sum, int start, double weight) {
        double squares = 0;
        for (Stretch stretch : parameters) {
            if (stretch.role != Role.TRACKED && stretch.rate != 0) {
                Penalty kept = stretch.role == Role.PENALISED ? penalty : Penalty.NONE;
                for (int i = stretch.from; i < stretch.to; i++) {
                    double gradient = sum[start + i] / weight + kept.gradient(values[i]);
                    squares += gradient * gradient;
                }
            }
        }
        return Math.sqrt(squares);
    }

    /**
     * The step on vectors that stand in one arena.
     *
     * @param values where the parameters begin
     * @param gradient where the gradient begins
     * @param state where each vector of the optimiser's begins
     * @param scratch where {@link #TILE} numbers are free
     */
    public InArena in(float[] arena, int values, int gradient, int[] state, int scratch) {
        List<Tile> tiles = new ArrayList<>();
        for (Stretch stretch : parameters) {
            for (int at = stretch.from; at < stretch.to; at += TILE) {
                int size = Math.min(TILE, stretch.to - at);
                tiles.add(tile(stretch, size, values + at, gradient + at, state, at, scratch));
            }
        }
        return new InArena(arena, values, Kernels.float32(arena), tiles);
    }

    private static Tile tile(Stretch stretch, int size, int values, int gradient, int[] state, int at, int scratch) {
        List<Block> blocks = new ArrayList<>();
        for (int start : state) {
            blocks.add(new Block(start + at, 1, size));
        }
        return new Tile(
                stretch, new Block(values, 1, size), new Block(gradient, 1, size), blocks, new Block(scratch, 1, size));
    }

    /** Parameters that stay in the first-level cache while a step goes over them. */
    private record Tile(Stretch stretch, Block values, Block gradient, List<Block> state, Block scratch) {}

    /** Makes steps where a replica has its memory. */
    public final class InArena {
        private final float[] arena;
        private final int values;
        private final Kernels kernels;
        private final List<Tile> tiles;

        private InArena(float[] arena, int values, Kernels kernels, List<Tile> tiles) {
            this.arena = arena;
            this.values = values;
            this.kernels = kernels;
            this.tiles = tiles;
        }

        /**
         * Makes a step.
         *
         * @param scale of the gradient, by {@link Descent#scale}
         */
        public void step(Scale scale, Pace pace) {
            for (Tile tile : tiles) {
                Descent.this.step(kernels, tile, scale, pace);
            }
            limit(arena, values);
        }
    }

    /**
     * After a step with all parameters: scales weights that are longer than allowed.
     *
     * @param at where the parameters begin
     */
    public void limit(float[] values, int at) {
        if (Double.isInfinite(penalty.maxNorm())) {
            return;
        }
        for (Stretch stretch : parameters) {
            if (stretch.role == Role.PENALISED && stretch.rate != 0) {
                int rows = (stretch.to - stretch.from) / stretch.columns;
                penalty.limit(values, at + stretch.from, rows, stretch.columns);
            }
        }
    }

    /**
     * Makes a step with parameters {@code from} to {@code to}, exclusive, of arrays of their own; when all have made it, {@link #limit}
     * is to follow.
     *
     * @param values changed
     * @param state the optimiser's vectors, changed
     * @param sum where the weighted sum over examples stands, from {@code start} on
     * @param scale of the gradient, by {@link #scale}
     */
    public void step(
            float[] values, List<float[]> state, float[] sum, int start, Scale scale, Pace pace, int from, int to) {
        Scratch scratch = Scratch.of(state.size());
        float[] arena = scratch.arena;
        Kernels kernels = scratch.kernels;
        int[] starts = new int[state.size()];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = (3 + i) * TILE;
        }
        for (Stretch stretch : parameters) {
            int end = Math.min(to, stretch.to);
            for (int at = Math.max(from, stretch.from); at < end; at += TILE) {
                int size = Math.min(TILE, end - at);
                System.arraycopy(values, at, arena, 0, size);
                System.arraycopy(sum, start + at, arena, TILE, size);
                for (int i = 0; i < starts.length; i++) {
                    System.arraycopy(state.get(i), at, arena, starts[i], size);
                }
                step(kernels, tile(stretch, size, 0, TILE, starts, 0, 2 * TILE), scale, pace);
                System.arraycopy(arena, 0, values, at, size);
                for (int i = 0; i < starts.length; i++) {
                    System.arraycopy(arena, starts[i], state.get(i), at, size);
                }
            }
        }
    }

    /** An arena a thread: laying one out takes as long as a step of a small net. */
    private record Scratch(float[] arena, Kernels kernels) {
        private static final ThreadLocal<Scratch> OWN = new ThreadLocal<>();

        static Scratch of(int state) {
            int size = (3 + state) * TILE;
            Scratch own = OWN.get();
            if (own == null || own.arena.length < size) {
                float[] arena = new float[size];
                own = new Scratch(arena, Kernels.float32(arena));
                OWN.set(own);
            }
            return own;
        }
    }

    private void step(Kernels kernels, Tile tile, Scale scale, Pace pace) {
        Stretch stretch = tile.stretch;
        Block gradient = tile.gradient;
        if (stretch.rate == 0) {
            return;
        }
        if (stretch.role == Role.TRACKED) {
            kernels.map(Unary.SCALE, scale.mean, gradient, gradient);
            kernels.map(Unary.SCALE, TRACKING, gradient, gradient);
            kernels.zip(Binary.SUBTRACT, tile.values, gradient, tile.values);
            return;
        }
        float left = scale.clipped;
        if (Double.isFinite(clipping.value())) {
            kernels.map(Unary.SCALE, scale.clipped, gradient, gradient);
            kernels.map(Unary.CLIP, clipping.value(), gradient, gradient);
            left = 1;
        }
        Pace own = pace.times(stretch.rate);
        Penalty kept = stretch.role == Role.PENALISED ? penalty : Penalty.NONE;
        kept.addGradient(kernels, left, tile.values, gradient, tile.scratch);
        kept.decay(kernels, own.rate(), tile.values);
        optimiser.step(kernels, own, tile.values, gradient, tile.state, tile.scratch);
    }
}
