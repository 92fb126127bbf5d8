package dev.adjoint.bench;

import java.util.SplittableRandom;

/**
 * Examples without meaning: features uniform over [0, 1), and a class at random, or for regression a number from [0, 1).
 *
 * @param features {@code [rows x inputs]}
 * @param targets {@code [rows x 1]}
 */
record SyntheticExamples(float[] features, float[] targets) {
    /** So many examples; those of another {@code part} are others. One output is a regression's. */
    static SyntheticExamples of(int inputs, int outputs, int rows, long part) {
        SplittableRandom random = new SplittableRandom(part);
        float[] features = new float[Math.multiplyExact(rows, inputs)];
        float[] targets = new float[rows];
        for (int i = 0; i < features.length; i++) {
            features[i] = uniform(random);
        }
        for (int i = 0; i < rows; i++) {
            targets[i] = outputs == 1 ? uniform(random) : random.nextInt(outputs);
        }
        return new SyntheticExamples(features, targets);
    }

    private static float uniform(SplittableRandom random) {
        return random.nextInt(1 << 24) * 0x1p-24f;
    }
}
