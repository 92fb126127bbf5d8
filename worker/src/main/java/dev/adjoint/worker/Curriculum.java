package dev.adjoint.worker;

import java.io.Serializable;

/**
 * From easy examples to all of them (Bengio, Louradour, Collobert and Weston 2009): at a step those count whose rank by difficulty is below
 * the competence of the net, {@code sqrt(start^2 + (1 - start^2) t)} with t the share of the curriculum's steps that is done (Platanios et
 * al. 2019), which gives each example that joins about the same time.
 *
 * <p>An example that does not count has the weight 0 at the step, and stays in its place: shards, orders and steps are what they are without
 * a curriculum.
 *
 * @param steps from so many on all count; 0: there is no curriculum
 */
public record Curriculum(long steps) implements Serializable {
    /** All examples count at every step. */
    public static final Curriculum NONE = new Curriculum(0);

    /** The share of the examples, the easiest, that count at the first step. */
    public static final double START = 0.2;

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException when it is negative
     */
    public Curriculum {
        if (steps < 0) {
            throw new IllegalArgumentException("a curriculum of %d steps, expected 0 or more".formatted(steps));
        }
    }

    /** The share of the examples, the easiest, that count after so many steps. */
    double competence(long done) {
        return done >= steps ? 1 : Math.sqrt(START * START + (1 - START * START) * done / steps);
    }
}
