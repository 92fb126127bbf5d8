package dev.adjoint.driver.data;

import dev.adjoint.driver.data.Profile.ColumnProfile;
import dev.adjoint.driver.data.Profile.Extreme;
import dev.adjoint.driver.data.Profile.Finding;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Where a column's numbers were in training: most within a few spreads of the centre. New data elsewhere is in another unit,
 * has another column under this one's name, or comes from another world; a model has an answer all the same, so it is told.
 */
record Usual(double center, double spread) implements Serializable {
    /** So many spreads from the centre, a single number is told of. */
    static final double WILD = 500;

    /** Of training's numbers, half are within one spread or so, and no half of a column is so far out. */
    private static final double FAR = 5;

    /** So few spreads apart, numbers are as good as one. */
    private static final double NARROW = 0.05;

    /** Fewer rows may be a choice of like ones. */
    private static final int ROWS = 20;

    /** The quartiles of a normal distribution are so many standard deviations apart. */
    private static final double QUARTILES = 1.349;

    /** Of a column of single numbers; nothing of others, and where the model keeps numbers as they are. */
    static Optional<Usual> of(Features.Column column) {
        if (column instanceof Features.Numeric numeric && numeric.numbers() == 1) {
            Usual usual = new Usual(numeric.centers().get(0), numeric.spreads().get(0));
            return usual.equals(new Usual(0, 1)) && !numeric.bent() ? Optional.empty() : Optional.of(usual);
        }
        if (column instanceof Features.Ranked ranked) {
            List<Double> knots = ranked.knots();
            int last = knots.size() - 1;
            double spread = (knots.get(3 * last / 4) - knots.get(last / 4)) / QUARTILES;
            return spread > 0 ? Optional.of(new Usual(knots.get(last / 2), spread)) : Optional.empty();
        }
        return Optional.empty();
    }

    /** Of each column that is predicted; nothing of classes. */
    static List<Optional<Usual>> of(Label label, int columns) {
        return label instanceof Label.Real real
                ? real.targets().stream()
                        .map(target -> learned(target.center(), target.spread()))
                        .toList()
                : Collections.nCopies(columns, Optional.empty());
    }

    /** Nothing where numbers are kept as they are: how they are spread is not known then. */
    private static Optional<Usual> learned(double center, double spread) {
        return center == 0 && spread == 1 ? Optional.empty() : Optional.of(new Usual(center, spread));
    }

    private double off(double number) {
        return Math.abs(number - center) / spread;
    }

    boolean isFar(double number) {
        return off(number) > FAR;
    }

    /** How new numbers differ, in words; nothing where they do not. */
    Optional<String> differs(ColumnProfile found, Profile profile) {
        long numbers = found.count(Finding.NUMBER);
        Profile.Tally far = found.found(Finding.FAR);
        Extreme least = found.least();
        Extreme greatest = found.greatest();
        if (numbers >= ROWS && 2 * far.count() > numbers) {
            return Optional.of(
                    "is elsewhere than in training, in another unit perhaps: %,d of %,d numbers, between %.6g and %.6g, are more than %.0f spreads (of %.6g) from its median there, %.6g"
                            .formatted(far.count(), numbers, least.value(), greatest.value(), FAR, spread, center));
        }
        double width = greatest.value() - least.value();
        if (numbers >= ROWS && width > 0 && width < NARROW * spread) {
            return Optional.of(
                    "has numbers between %.6g and %.6g only, in another unit perhaps: in training they were spread by %.6g around %.6g"
                            .formatted(least.value(), greatest.value(), spread, center));
        }
        Extreme extreme = off(greatest.value()) > off(least.value()) ? greatest : least;
        return numbers > 0 && off(extreme.value()) > WILD
                ? Optional.of("has the number %s (%s), %.3g spreads from its median in training"
                        .formatted(extreme.value(), profile.where(extreme.place()), off(extreme.value())))
                : Optional.empty();
    }
}
