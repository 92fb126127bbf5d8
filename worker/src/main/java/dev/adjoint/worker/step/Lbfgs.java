package dev.adjoint.worker.step;

import java.util.ArrayList;
import java.util.List;

/**
 * The quasi-Newton method of limited memory (Nocedal 1980; Liu and Nocedal 1989): what the last iterates tell of the curvature
 * gives the direction, a line search how far to go. It looks at all parameters at once and at a loss that is the same function
 * each time, so it is no {@link Optimiser}; the driver runs it, with the gradients of all examples.
 *
 * @param history how many differences of iterates and of gradients it keeps, 1 to 100
 */
public record Lbfgs(int history) implements Minimiser {
    private static final int MOST = 100;

    /**
     * Checks the option.
     *
     * @throws IllegalArgumentException when it is out of its range
     */
    public Lbfgs {
        if (history < 1 || history > MOST) {
            throw new IllegalArgumentException("history: expected 1 to %d, not %d".formatted(MOST, history));
        }
    }

    /** The gradient at the iterate, the direction, and then in turn s, a difference of iterates, and y, that of their gradients. */
    @Override
    public List<String> state() {
        List<String> names = new ArrayList<>(List.of("gradient", "direction"));
        for (int pair = 1; pair <= history; pair++) {
            names.add("s" + pair);
            names.add("y" + pair);
        }
        return names;
    }
}
