package dev.adjoint.autodiff.kernel;

/**
 * exp, logistic, tanh, softplus and the exponential of elu in float32, made of additions, multiplications, divisions and bit patterns alone, each of which
 * every machine rounds alike: the same argument gives the same bits everywhere. {@code VectorLoops} does the same
 * operations in the same order on vectors.
 *
 * <p>{@code exp(x) = 2^k exp(r)} with {@code k} the integer nearest to {@code x / ln 2}; {@code r = x - k ln 2} in two
 * parts (Cody and Waite 1980), and {@code exp(r)} by its Taylor series, whose remainder after {@code r^7} is below 6e-9
 * for {@code |r| <= ln 2 / 2}.
 */
final class FloatMath {
    /** Below, exp is 0; above {@link #LARGEST}, infinite. */
    static final float SMALLEST = -104f;

    static final float LARGEST = 89f;

    static final float LOG2_E = 1.442695f;
    /** The first bits of ln 2, few enough that the product with {@code k} is exact, and the rest. */
    static final float LN2_HIGH = 355f / 512;

    static final float LN2_LOW = -2.1219444e-4f;

    /** 1.5 * 2^23: a float added to it is rounded to an integer, which then stands in the lowest bits of the sum. */
    static final float ROUNDER = 12582912f;

    static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);
    static final int ONE_BITS = Float.floatToRawIntBits(1f);
    static final int MANTISSA = 23;

    static final float C2 = 1f / 2;
    static final float C3 = 1f / 6;
    static final float C4 = 1f / 24;
    static final float C5 = 1f / 120;
    static final float C6 = 1f / 720;
    static final float C7 = 1f / 5040;

    static final float S3 = 1f / 3;
    static final float S5 = 1f / 5;
    static final float S7 = 1f / 7;
    static final float S9 = 1f / 9;
    static final float S11 = 1f / 11;
    static final float S13 = 1f / 13;

    /** Where tanh changes over from one formula to the other; here both are within two units in the last place. */
    static final float FAR = -1.2f;

    private FloatMath() {}

    static float exp(float x) {
        float bounded = Math.min(Math.max(x, SMALLEST), LARGEST);
        float t = bounded * LOG2_E + ROUNDER;
        int n = Float.floatToRawIntBits(t) - ROUNDER_BITS;
        // In two factors: 2^k itself may be too large or too small for a float where exp(x) is not.
        int half = n >> 1;
        return (expm1OfRest(bounded, t) + 1f) * powerOfTwo(half) * powerOfTwo(n - half);
    }

    /**
     * {@code e / (1 + e)} or {@code 1 / (1 + e)} with {@code e = exp(-|x|)}, so that nothing overflows and small results
     * keep their digits; what the sum in the denominator lost is made up for.
     */
    static float logistic(float x) {
        float e = exp(-Math.abs(x));
        float d = 1f + e;
        float rounded = e - (d - 1f);
        float q = (x >= 0 ? 1f : e) / d;
        float inverse = x >= 0 ? q : 1f - q;
        return q - q * rounded * inverse;
    }

    /**
     * With {@code e = exp(-2 |x|)} and {@code m = e - 1}: {@code tanh |x| = -m / (1 + e)}, which keeps its digits near 0,
     * and {@code = 1 - 2 e / (1 + e)}, which keeps them near 1.
     */
    static float tanh(float x) {
        // Beyond 10 the result is 1 to the last bit.
        float y = Math.max(Math.abs(x) * -2f, -20f);
        float t = y * LOG2_E + ROUNDER;
        float power = powerOfTwo(Float.floatToRawIntBits(t) - ROUNDER_BITS);
        float e1 = expm1OfRest(y, t);
        float m = power * e1 + (power - 1f);
        float e = power * (e1 + 1f);
        boolean far = y < FAR;
        float q = (far ? 2f * e : -m) / (1f + e);
        return Math.copySign(far ? 1f - q : q, x);
    }

    /** {@code exp(x) - 1} for {@code x <= 0}: {@code 2^k (exp(r) - 1) + (2^k - 1)}, which keeps its digits near 0. */
    static float expm1OfNegative(float x) {
        float y = Math.max(x, -20f); // below, the result is -1 to the last bit
        float t = y * LOG2_E + ROUNDER;
        float power = powerOfTwo(Float.floatToRawIntBits(t) - ROUNDER_BITS);
        return power * expm1OfRest(y, t) + (power - 1f);
    }

    /**
     * {@code log(1 + exp(x)) = max(x, 0) + log(1 + e)} with {@code e = exp(-|x|)}; and {@code log(1 + e) = 2 artanh s} with
     * {@code s = e / (2 + e) <= 1/3}, by its series {@code s + s^3/3 + s^5/5 + ...}, whose remainder after {@code s^15} is
     * below 6e-10.
     */
    static float softplus(float x) {
        float e = exp(-Math.abs(x));
        float s = e / (2f + e);
        float z = s * s;
        float q = ((((((z / 15 + S13) * z + S11) * z + S9) * z + S7) * z + S5) * z + S3) * z;
        return Math.max(x, 0f) + (e - s * (e - 2f * q)); // 2 s = e - s e, and e has all its digits
    }

    /** {@code exp(r) - 1} for the rest {@code r} of {@code x}, where {@code t} is {@code x / ln 2} plus the rounder. */
    private static float expm1OfRest(float x, float t) {
        float k = t - ROUNDER;
        float high = x - k * LN2_HIGH;
        float low = k * LN2_LOW;
        float r = high - low;
        float lost = (high - r) - low;
        float q = ((((C7 * r + C6) * r + C5) * r + C4) * r + C3) * r + C2;
        return r + (r * r * q + lost);
    }

    private static float powerOfTwo(int k) {
        return Float.intBitsToFloat((k << MANTISSA) + ONE_BITS);
    }
}
