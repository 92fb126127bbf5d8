package dev.adjoint.driver.data;

import java.io.Serializable;

/**
 * What training makes of its examples beside what they are: how much they count for, and which of them are easier than others.
 *
 * @param classWeights what the weights of each class's examples are multiplied by; none for 1
 * @param difficulties of a sample, sorted, by which examples are ranked; none where they are not
 */
record Emphasis(double[] classWeights, double[] difficulties) implements Serializable {
    /** All are taken as they are. */
    static final Emphasis NONE = new Emphasis(new double[0], new double[0]);

    /** What the weight of an example is multiplied by, from its first target, which is at {@code at} where it has one. */
    double factor(float[] targets, int at) {
        return classWeights.length == 0 ? 1 : classWeights[(int) targets[at]];
    }

    boolean ranks() {
        return difficulties.length > 0;
    }

    /** The share of the sample that is easier. */
    float rank(double difficulty) {
        int low = 0;
        int high = difficulties.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (difficulties[middle] < difficulty) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return (float) low / difficulties.length;
    }
}
