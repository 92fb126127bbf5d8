package dev.adjoint.worker.step;

import dev.adjoint.autodiff.kernel.Binary;
import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.autodiff.kernel.Unary;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A step with all parameters: the sum of gradients is divided by its weight, the penalty's gradient is added, and the
 * optimiser makes the step. The objective is the mean loss, and {@code l2 / 2} times the sum of the squared weights.
 *
 * @param parameters in their order, without gaps
 */
public record Descent(Optimiser optimiser, Schedule schedule, double l2, List<Stretch> parameters)
        implements Serializable {
    /** So many numbers at a time stay in the first-level cache from one kernel to the next. */
    private static final int TILE = 2048;

    /** The share of the distance to the rows' statistic that a tracked vector goes at a step. */
    private static final double TRACKING = 0.1;

    /** A parameter's place among all, exclusive of {@code to}, and what a step does with it. */
    public record Stretch(int from, int to, Role role) implements Serializable {}

    public Descent {
        parameters = List.copyOf(parameters);
    }

    /** The schedule's rate of a step, times a factor: 1 until a training was rolled back. */
    public float rate(long step, double factor) {
        return (float) (schedule.rate(step) * factor);
    }

    /**
     * The step on vectors that stand in one arena.
     *
     * @param values where the parameters begin
     * @param gradient where the gradient begins
     * @param state where each vector of the optimiser's begins
     */
    public InArena in(float[] arena, int values, int gradient, int[] state) {
        List<Tile> tiles = new ArrayList<>();
        for (Stretch stretch : parameters) {
            for (int at = stretch.from; at < stretch.to; at += TILE) {
                tiles.add(tile(stretch, Math.min(TILE, stretch.to - at), values + at, gradient + at, state, at));
            }
        }
        return new InArena(Kernels.float32(arena), tiles);
    }

    private Tile tile(Stretch stretch, int size, int values, int gradient, int[] state, int at) {
        List<Block> blocks = new ArrayList<>();
        for (int start : state) {
            blocks.add(new Block(start + at, 1, size));
        }
        return new Tile(stretch.role, new Block(values, 1, size), new Block(gradient, 1, size), blocks);
    }

    /** Parameters that stay in the first-level cache while a step goes over them. */
    private record Tile(Role role, Block values, Block gradient, List<Block> state) {}

    /** Makes steps where a replica has its memory. */
    public final class InArena {
        private final Kernels kernels;
        private final List<Tile> tiles;

        private InArena(Kernels kernels, List<Tile> tiles) {
            this.kernels = kernels;
            this.tiles = tiles;
        }

        /**
         * Makes a step.
         *
         * @param inverse 1 / the weight of the gradient's examples: the one division
         */
        public void step(float inverse, float rate) {
            for (Tile tile : tiles) {
                Descent.this.step(kernels, tile, inverse, rate);
            }
        }
    }

    /**
     * Makes a step with parameters {@code from} to {@code to}, exclusive, of arrays of their own.
     *
     * @param values changed
     * @param state the optimiser's vectors, changed
     * @param gradient the weighted sum over examples
     * @param inverse 1 / their weight: the one division
     */
    public void step(
            float[] values, List<float[]> state, float[] gradient, float inverse, float rate, int from, int to) {
        Scratch scratch = Scratch.of(state.size());
        float[] arena = scratch.arena;
        Kernels kernels = scratch.kernels;
        int[] starts = new int[state.size()];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = (2 + i) * TILE;
        }
        for (Stretch stretch : parameters) {
            int end = Math.min(to, stretch.to);
            for (int at = Math.max(from, stretch.from); at < end; at += TILE) {
                int size = Math.min(TILE, end - at);
                System.arraycopy(values, at, arena, 0, size);
                System.arraycopy(gradient, at, arena, TILE, size);
                for (int i = 0; i < starts.length; i++) {
                    System.arraycopy(state.get(i), at, arena, starts[i], size);
                }
                step(kernels, tile(stretch, size, 0, TILE, starts, 0), inverse, rate);
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
            int size = (2 + state) * TILE;
            Scratch own = OWN.get();
            if (own == null || own.arena.length < size) {
                float[] arena = new float[size];
                own = new Scratch(arena, Kernels.float32(arena));
                OWN.set(own);
            }
            return own;
        }
    }

    private void step(Kernels kernels, Tile tile, float inverse, float rate) {
        Block gradient = tile.gradient;
        if (tile.role == Role.PENALISED && l2 != 0) {
            kernels.combine(inverse, gradient, l2, tile.values, gradient);
        } else {
            kernels.map(Unary.SCALE, inverse, gradient, gradient);
        }
        if (tile.role == Role.TRACKED) {
            kernels.map(Unary.SCALE, TRACKING, gradient, gradient);
            kernels.zip(Binary.SUBTRACT, tile.values, gradient, tile.values);
            return;
        }
        optimiser.step(kernels, rate, tile.values, gradient, tile.state);
    }
}
