package dev.adjoint.driver.settings;

/**
 * How many examples a step takes.
 *
 * @param examples a number; {@link #FULL}'s is no limit, {@link #AUTO}'s is 0
 */
public record BatchSize(long examples) {
    /** All examples: one step an epoch. */
    public static final BatchSize FULL = new BatchSize(Long.MAX_VALUE);

    /** About 64 steps an epoch, of 32 to 256 examples. */
    public static final BatchSize AUTO = new BatchSize(0);

    static BatchSize parse(Object raw) {
        String text = Parsers.text(raw);
        if (text.equals("full") || text.equals("auto")) {
            return text.equals("full") ? FULL : AUTO;
        }
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < 1) {
            throw Parsers.expected("a number of examples, full or auto", raw);
        }
        return new BatchSize(Integer.parseInt(text));
    }

    /** How many of so many examples a step takes. */
    public long of(long all) {
        if (equals(AUTO)) {
            return Math.min(all, Math.max(32, Math.min(256, Long.highestOneBit(Math.max(1, all / 48)))));
        }
        return Math.min(examples, all);
    }

    /** How many steps an epoch of so many examples has. */
    public int stepsOfEpoch(long all) {
        long ofStep = of(all);
        return Math.toIntExact((all + ofStep - 1) / ofStep);
    }

    @Override
    public String toString() {
        return equals(FULL) ? "full" : equals(AUTO) ? "auto" : String.valueOf(examples);
    }
}
