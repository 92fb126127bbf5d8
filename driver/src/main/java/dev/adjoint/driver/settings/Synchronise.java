package dev.adjoint.driver.settings;

/**
 * How often the replicas are made the same.
 *
 * @param steps that each makes by itself in between; 0 where all make each step together, with the mean gradient of a
 *     minibatch that they share
 */
public record Synchronise(int steps) {
    /** At every step, which is exact. */
    public static final Synchronise EVERY_STEP = new Synchronise(0);

    /** After the steps that each makes by itself with all its rows. */
    public static final Synchronise EVERY_EPOCH = new Synchronise(Integer.MAX_VALUE);

    static Synchronise parse(Object raw) {
        String text = Parsers.text(raw);
        if (text.equals("step") || text.equals("epoch")) {
            return text.equals("step") ? EVERY_STEP : EVERY_EPOCH;
        }
        String steps = text.replaceFirst("\\s*steps?$", "");
        if (!steps.matches("\\d{1,9}") || Integer.parseInt(steps) < 1) {
            throw Parsers.expected("step, a number of steps (\"10 steps\") or epoch", raw);
        }
        return new Synchronise(Integer.parseInt(steps));
    }

    /** Whether all replicas make each step together. */
    public boolean isExact() {
        return steps == 0;
    }

    @Override
    public String toString() {
        return isExact() ? "step" : equals(EVERY_EPOCH) ? "epoch" : steps + " steps";
    }
}
