package dev.adjoint.autodiff.kernel;

/**
 * Random numbers by counting: each is a function of its arguments alone, so any task can draw any of them at any time and
 * in any order.
 */
public final class CounterRandom {
    private CounterRandom() {}

    /** 64 uniformly distributed bits. */
    public static long bits(long seed, long stream, long counter) {
        return mix(mix(mix(seed) + stream) + counter);
    }

    /** A number uniformly distributed over [0, 1), a multiple of 2^-24. */
    public static float uniform(long seed, long stream, long counter) {
        return (bits(seed, stream, counter) >>> 40) * 0x1p-24f;
    }

    /**
     * A number normally distributed with mean 0 and deviation 1, by the transform of Box and Muller (1958). By {@code
     * StrictMath}, so that the bits are the same everywhere.
     */
    public static double gaussian(long seed, long stream, long counter) {
        // Of one number's bits, not of two: counters are the caller's. The first half is not 0, whose logarithm is
        // none.
        long bits = bits(seed, stream, counter);
        double radius = Math.sqrt(-2 * StrictMath.log(((bits >>> 32) + 1) * 0x1p-32));
        return radius * StrictMath.cos(2 * Math.PI * ((bits & 0xFFFFFFFFL) * 0x1p-32));
    }

    /**
     * A number of (0, 1) with the distribution Beta({@code alpha}, {@code alpha}): half of 1 + t / sqrt(n + t^2), where t has
     * Student's distribution of n = 2 {@code alpha} degrees of freedom and comes from two uniform numbers (Bailey 1994), in a form
     * that no power overflows. Rounded to 0 or 1 where {@code alpha} is small.
     */
    public static double symmetricBeta(double alpha, long seed, long stream, long counter) {
        long bits = bits(seed, stream, counter);
        // Not by StrictMath.pow, which allocates in Java 17.
        double power = StrictMath.exp(StrictMath.log(((bits >>> 32) + 1) * 0x1p-32) / alpha);
        double cosine = StrictMath.cos(2 * Math.PI * ((bits & 0xFFFFFFFFL) * 0x1p-32));
        double t = cosine * Math.sqrt(1 - power);
        return 0.5 + 0.5 * (t / Math.sqrt(power + t * t));
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014), over the golden-ratio increment. */
    private static long mix(long z) {
        z += 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
