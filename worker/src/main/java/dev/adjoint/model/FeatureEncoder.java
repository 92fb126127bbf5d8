package dev.adjoint.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Applies {@link Features}: their lists are laid out as arrays here, so that the loop over the numbers boxes nothing. */
public final class FeatureEncoder {
    /** The numbers {@code from} to {@code to}, exclusive, which become the features from {@code at} on. */
    private record Run(int from, int to, int at) {}

    /** A text, which becomes one feature a level from {@code at} on. */
    private record Indicator(List<String> levels, int at) {}

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
            if (column instanceof Features.Numeric numeric) {
                // Neighbours become one run: a table of numbers is one loop, not one a column.
                Run before = follows ? runs.remove(runs.size() - 1) : new Run(allMeans.size(), allMeans.size(), at);
                runs.add(new Run(before.from(), before.to() + numeric.width(), before.at()));
                allMeans.addAll(numeric.means());
                allDeviations.addAll(numeric.deviations());
            } else if (column instanceof Features.Categorical categorical) {
                indicators.add(new Indicator(categorical.levels(), at));
            }
            follows = column instanceof Features.Numeric;
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
                out[shift + i] = (float) ((numbers[i] - means[i]) / deviations[i]);
            }
        }
        for (int t = 0; t < indicators.size(); t++) {
            Indicator indicator = indicators.get(t);
            int level = Collections.binarySearch(indicator.levels(), texts[t]);
            for (int i = 0; i < indicator.levels().size(); i++) {
                out[offset + indicator.at() + i] = i == level ? 1f : 0f;
            }
        }
    }
}
