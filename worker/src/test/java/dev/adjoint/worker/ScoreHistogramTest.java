package dev.adjoint.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreHistogramTest {
    private record Scored(float score, boolean own, double weight) {}

    @Test
    void scoresThatBinsTellApartAreRankedAsBySorting() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            // Ties among them, and both ends.
            float[] scores = {0, 1e-30f, 1e-9f, 0.001f, 0.1f, 0.4999f, 0.5f, 0.51f, 0.9f, 0.999f, 0.999999f, 1};
            List<Scored> examples = new ArrayList<>();
            for (int i = 0; i < 2 + random.nextInt(30); i++) {
                examples.add(new Scored(
                        scores[random.nextInt(scores.length)], random.nextBoolean(), random.nextInt(4) / 2.0));
            }
            ScoreHistogram histogram = histogram(examples, 7);
            assertEquals(rocAuc(examples), histogram.rocAuc(), 1e-12, "seed " + seed);
            assertEquals(averagePrecision(examples), histogram.averagePrecision(), 1e-12, "seed " + seed);
        }
    }

    @ParameterizedTest
    @CsvSource({"7, 5e-5, 5e-4", "4, 2e-4, 5e-3"})
    void ofManyScoresBinsChangeLittle(int bits, double ofRocAuc, double ofAveragePrecision) {
        Random random = new Random(5);
        for (double rate : new double[] {0.5, 0.02}) {
            for (double separation : new double[] {0, 1, 4}) {
                List<Scored> examples = new ArrayList<>();
                for (int i = 0; i < 20_000; i++) {
                    boolean own = random.nextDouble() < rate;
                    double logit = 2 * random.nextGaussian() + (own ? separation : 0) - 2;
                    examples.add(new Scored((float) (1 / (1 + Math.exp(-logit))), own, 0.5 + random.nextDouble()));
                }
                ScoreHistogram histogram = histogram(examples, bits);
                assertEquals(rocAuc(examples), histogram.rocAuc(), ofRocAuc);
                assertEquals(averagePrecision(examples), histogram.averagePrecision(), ofAveragePrecision);
            }
        }
    }

    @Test
    void withoutAnyOfTheClassOrOfTheOthersThereIsNothingToRank() {
        for (boolean own : new boolean[] {false, true}) {
            ScoreHistogram histogram = histogram(List.of(new Scored(0.3f, own, 1), new Scored(0.7f, own, 1)), 7);
            assertTrue(Double.isNaN(histogram.rocAuc()));
            assertTrue(Double.isNaN(histogram.averagePrecision()));
        }
        assertTrue(Double.isNaN(histogram(List.of(), 7).rocAuc()));
    }

    @Test
    void binsAscendWithTheScore() {
        List<Float> scores = new ArrayList<>(List.of(0f, Float.MIN_VALUE, Math.nextDown(0.5f), 0.5f, 1f));
        Random random = new Random(6);
        for (int i = 0; i < 1000; i++) {
            scores.add((float) Math.pow(random.nextFloat(), 1 + random.nextInt(20)));
            scores.add(1 - (float) Math.pow(random.nextFloat(), 1 + random.nextInt(20)));
        }
        scores.sort(Comparator.naturalOrder());
        for (int i = 1; i < scores.size(); i++) {
            List<Scored> two = List.of(new Scored(scores.get(i - 1), false, 1), new Scored(scores.get(i), true, 1));
            assertTrue(histogram(two, 4).rocAuc() >= 0.5, scores.get(i - 1) + " and " + scores.get(i));
        }
    }

    /** Of three parts, added up. */
    private static ScoreHistogram histogram(List<Scored> examples, int bits) {
        ScoreHistogram sum = new ScoreHistogram(bits);
        for (int part = 0; part < 3; part++) {
            ScoreHistogram histogram = new ScoreHistogram(bits);
            for (int i = part; i < examples.size(); i += 3) {
                histogram.observe(
                        examples.get(i).score(),
                        examples.get(i).own(),
                        examples.get(i).weight());
            }
            histogram.settle();
            sum.add(histogram);
        }
        return sum;
    }

    /** The share of pairs, of one that is of the class and one that is not, that are in order; ties by half. */
    private static double rocAuc(List<Scored> examples) {
        List<Scored> sorted =
                examples.stream().sorted(Comparator.comparing(Scored::score)).toList();
        double inOrder = 0;
        double own = 0;
        double others = 0;
        for (int from = 0, to; from < sorted.size(); from = to) {
            double ownHere = 0;
            double othersHere = 0;
            for (to = from;
                    to < sorted.size()
                            && sorted.get(to).score() == sorted.get(from).score();
                    to++) {
                ownHere += sorted.get(to).own() ? sorted.get(to).weight() : 0;
                othersHere += sorted.get(to).own() ? 0 : sorted.get(to).weight();
            }
            inOrder += ownHere * (others + othersHere / 2);
            own += ownHere;
            others += othersHere;
        }
        return inOrder / (own * others);
    }

    /** The precision at each score, by the recall that it adds. */
    private static double averagePrecision(List<Scored> examples) {
        double own = examples.stream()
                .filter(Scored::own)
                .mapToDouble(Scored::weight)
                .sum();
        double others = examples.stream()
                .filter(e -> !e.own())
                .mapToDouble(Scored::weight)
                .sum();
        if (own == 0 || others == 0) {
            return Double.NaN;
        }
        List<Scored> sorted = examples.stream()
                .sorted(Comparator.comparing(Scored::score).reversed())
                .toList();
        double sum = 0;
        double above = 0;
        double ownAbove = 0;
        for (int from = 0, to; from < sorted.size(); from = to) {
            double before = ownAbove;
            for (to = from;
                    to < sorted.size()
                            && sorted.get(to).score() == sorted.get(from).score();
                    to++) {
                above += sorted.get(to).weight();
                ownAbove += sorted.get(to).own() ? sorted.get(to).weight() : 0;
            }
            if (ownAbove > before) {
                sum += (ownAbove - before) / own * ownAbove / above;
            }
        }
        return sum;
    }
}
