package dev.adjoint.driver.data;

import dev.adjoint.model.features.Numbers;
import dev.adjoint.model.features.RawExample;
import dev.adjoint.worker.Moments;
import dev.adjoint.worker.Sum;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What training learns of its examples before the first round: moments of the numbers, levels of the texts, and a sample whose
 * quantiles stand for those of all. The first examples of the permuted ones are a random sample, and the same on any cluster;
 * a sketch of all of them would draw random numbers of its own.
 */
final class Statistics implements Sum<Statistics>, Serializable {
    private static final long serialVersionUID = 1L;

    /**
     * What is sampled.
     *
     * @param examples so many
     * @param coded of so many of them, what their texts and classes are as well; no more than {@code examples}
     * @param numbers of each, which: those of sparse columns are left out
     */
    record Sampling(long examples, long coded, int[] numbers) implements Serializable {}

    private long examples;

    /** Of each number, and after them of each target; null before the first example tells how many there are. */
    private @Nullable Moments moments;

    /** Of each text its levels with their rows, and the rows where it is missing. */
    private final List<TreeMap<String, Long>> levels = new ArrayList<>();

    private long[] missingTexts = {};

    /** The weights of the classes. */
    private final TreeMap<String, Double> classes = new TreeMap<>();

    /** Of each sampled example the numbers, and after them the targets. */
    private final List<double[]> sample = new ArrayList<>();

    /** Those of the sample's rows that have codes as well, after the targets: of each text, and of the class. */
    private final List<double[]> coded = new ArrayList<>();

    /**
     * Takes one more.
     *
     * @param index among all examples
     */
    void observe(RawExample example, long index, Sampling sampling) {
        Numbers numbers = example.numbers();
        double[] targets = example.targets();
        if (moments == null) {
            moments = new Moments(numbers.width() + targets.length);
            missingTexts = new long[example.texts().length];
        }
        examples++;
        for (int k = 0; k < numbers.values().length; k++) {
            observe(numbers.places() == null ? k : numbers.places()[k], numbers.values()[k], moments);
        }
        for (int k = 0; k < targets.length; k++) {
            observe(numbers.width() + k, targets[k], moments);
        }
        for (int i = 0; i < missingTexts.length; i++) {
            String text = example.texts()[i];
            if (text == null) {
                missingTexts[i]++;
            } else {
                levels(i).merge(text, 1L, Long::sum);
            }
        }
        if (example.label() != null) {
            classes.merge(example.label(), example.weight(), Double::sum);
        }
        if (index < sampling.coded()) {
            double[] row = sampled(numbers, targets, sampling.numbers(), codes(example));
            sample.add(row);
            coded.add(row);
        } else if (index < sampling.examples()) {
            sample.add(sampled(numbers, targets, sampling.numbers(), new double[0]));
        }
    }

    /** What stands for texts, and for the class after them. */
    private static double[] codes(RawExample example) {
        @Nullable String[] texts = example.texts();
        double[] codes = new double[texts.length + 1];
        for (int i = 0; i < texts.length; i++) {
            codes[i] = code(texts[i]);
        }
        codes[texts.length] = code(example.label());
        return codes;
    }

    /** The same for equal texts, and hardly ever for others; NaN where there is none. */
    private static double code(@Nullable String text) {
        return text == null ? Double.NaN : text.hashCode();
    }

    private static void observe(int quantity, double value, Moments moments) {
        if (!Double.isNaN(value)) {
            moments.observe(quantity, value);
        }
    }

    private static double[] sampled(Numbers numbers, double[] targets, int[] places, double[] codes) {
        double[] row = new double[places.length + targets.length + codes.length];
        for (int i = 0; i < places.length; i++) {
            int at = numbers.places() == null ? places[i] : Arrays.binarySearch(numbers.places(), places[i]);
            row[i] = at < 0 ? 0 : numbers.values()[at];
        }
        System.arraycopy(targets, 0, row, places.length, targets.length);
        System.arraycopy(codes, 0, row, places.length + targets.length, codes.length);
        return row;
    }

    @Override
    public void add(Statistics right) {
        examples += right.examples;
        if (moments == null) {
            moments = right.moments;
            missingTexts = right.missingTexts;
        } else if (right.moments != null) {
            moments.add(right.moments);
            for (int i = 0; i < missingTexts.length; i++) {
                missingTexts[i] += right.missingTexts[i];
            }
        }
        for (int i = 0; i < right.levels.size(); i++) {
            Map<String, Long> mine = levels(i);
            right.levels.get(i).forEach((level, rows) -> mine.merge(level, rows, Long::sum));
        }
        right.classes.forEach((name, weight) -> classes.merge(name, weight, Double::sum));
        sample.addAll(right.sample);
        coded.addAll(right.coded);
    }

    long examples() {
        return examples;
    }

    /** The levels of text {@code index} with their rows, sorted. */
    NavigableMap<String, Long> levels(int index) {
        while (levels.size() <= index) {
            levels.add(new TreeMap<>());
        }
        return levels.get(index);
    }

    /** How many examples have no text {@code index}. */
    long missingTexts(int index) {
        return missingTexts[index];
    }

    /** The weights of the classes, by name. */
    Map<String, Double> classes() {
        return classes;
    }

    /** What was sampled of a number, or after the numbers of a target, sorted; without those that are missing. */
    double[] sample(int index) {
        return Arrays.stream(sampleInOrder(index))
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
    }

    /** What was sampled of a number, in the order of the examples. */
    double[] sampleInOrder(int index) {
        return sample.stream().mapToDouble(row -> row[index]).toArray();
    }

    /** Of the sampled examples that are coded the numbers, the targets, the codes of the texts, and that of the class. */
    List<double[]> coded() {
        return coded;
    }

    /** Of each number, and after them of each target. */
    Moments moments() {
        if (moments == null) {
            throw new IllegalStateException("no example was observed");
        }
        return moments;
    }
}
