package dev.adjoint.model.features;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Applies {@link Features}: their lists are laid out as arrays here, so that the loop over the numbers boxes nothing. */
public final class FeatureEncoder {
    /** The numbers {@code from} to {@code to}, exclusive, which become the features from {@code at} on. */
    private record Run(int from, int to, int at) {}

    /** A text, which becomes one feature a level from {@code at} on. */
    private record Indicator(List<String> levels, int at) {
        /** The feature that is 1 for a level; -1 for one that is unknown. */
        int feature(String level) {
            int place = Collections.binarySearch(levels, level);
            return place < 0 ? -1 : at + place;
        }
    }

    private final double[] means;
    private final double[] deviations;
    private final List<Run> runs = new ArrayList<>();
    private final List<Indicator> indicators = new ArrayList<>();

    public FeatureEncoder(Features features) {
        List<Double> allMeans = new ArrayList<>();
        List<Double> allDeviations = new ArrayList<>();
        int at = 0;
        boolean follows = false;
        for (Features.Column column : features.columns()) {
            if (!(column instanceof Features.Categorical)) {
                // Neighbours become one run: a table of numbers is one loop, not one a column.
                Run before = follows ? runs.remove(runs.size() - 1) : new Run(allMeans.size(), allMeans.size(), at);
                runs.add(new Run(before.from(), before.to() + column.width(), before.at()));
            }
            if (column instanceof Features.Numeric numeric) {
                allMeans.addAll(numeric.means());
                allDeviations.addAll(numeric.deviations());
            } else if (column instanceof Features.Sparse sparse) {
                allMeans.addAll(Collections.nCopies(sparse.width(), 0.0));
                allDeviations.addAll(sparse.scales());
            } else if (column instanceof Features.Categorical categorical) {
                indicators.add(new Indicator(categorical.levels(), at));
            }
            follows = !(column instanceof Features.Categorical);
            at += column.width();
        }
        means = allMeans.stream().mapToDouble(Double::doubleValue).toArray();
        deviations = allDeviations.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** How many numbers an example has. */
    public int numbers() {
        return means.length;
    }

    /** How many texts an example has. */
    public int texts() {
        return indicators.size();
    }

    /**
     * Writes the features of an example into {@code out} from {@code offset} on: {@link Features#width} numbers.
     *
     * @param numbers the numeric columns, vectors spread out, in their order
     * @param texts the categorical columns in their order
     */
    public void encode(double[] numbers, String[] texts, float[] out, int offset) {
        for (int r = 0; r < runs.size(); r++) {
            Run run = runs.get(r);
            int shift = offset + run.at() - run.from();
            for (int i = run.from(); i < run.to(); i++) {
                out[shift + i] = standardised(numbers[i], i);
            }
        }
        for (int t = 0; t < indicators.size(); t++) {
            Indicator indicator = indicators.get(t);
            int from = offset + indicator.at();
            Arrays.fill(out, from, from + indicator.levels().size(), 0f);
            int feature = indicator.feature(texts[t]);
            if (feature >= 0) {
                out[offset + feature] = 1f;
            }
        }
    }

    private float standardised(double number, int place) {
        return (float) ((number - means[place]) / deviations[place]);
    }

    /** {@code [numbers]}: which feature each number becomes. */
    public int[] places() {
        int[] places = new int[means.length];
        for (Run run : runs) {
            for (int i = run.from(); i < run.to(); i++) {
                places[i] = run.at() + i - run.from();
            }
        }
        return places;
    }

    /**
     * Writes an example's features of numbers, {@link #numbers} of them, into {@code out} from {@code offset} on; and of
     * each text the feature that is 1, -1 for a level that is unknown, into {@code codes} from {@code at} on.
     *
     * @param numbers as above
     * @param texts as above
     */
    public void encode(double[] numbers, String[] texts, float[] out, int offset, int[] codes, int at) {
        for (int i = 0; i < means.length; i++) {
            out[offset + i] = standardised(numbers[i], i);
        }
        for (int t = 0; t < indicators.size(); t++) {
            codes[at + t] = indicators.get(t).feature(texts[t]);
        }
    }

    /** Takes what is not 0 of an encoded row. */
    public interface Entries {
        void add(int column, float value);
    }

    /**
     * Hands the features of an example that are not 0 to {@code out}; those of numbers first.
     *
     * @param texts as above
     */
    public void encode(Numbers numbers, String[] texts, Entries out) {
        int r = 0;
        for (int k = 0; k < numbers.values().length; k++) {
            int place = numbers.places() == null ? k : numbers.places()[k];
            while (place >= runs.get(r).to()) {
                r++;
            }
            float value = standardised(numbers.values()[k], place);
            if (value != 0) {
                out.add(runs.get(r).at() + place - runs.get(r).from(), value);
            }
        }
        for (int t = 0; t < indicators.size(); t++) {
            int feature = indicators.get(t).feature(texts[t]);
            if (feature >= 0) {
                out.add(feature, 1);
            }
        }
    }
}
