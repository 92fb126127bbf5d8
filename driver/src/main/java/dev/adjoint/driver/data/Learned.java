package dev.adjoint.driver.data;

import dev.adjoint.driver.data.Columns.Kind;
import dev.adjoint.driver.data.Columns.Use;
import dev.adjoint.driver.data.Preprocessing.Missing;
import dev.adjoint.driver.data.Preprocessing.Scale;
import dev.adjoint.driver.data.Profile.ColumnProfile;
import dev.adjoint.model.Loss;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import dev.adjoint.worker.Moments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The preprocessing that follows from the columns, their profile, and the statistics of the training rows. */
final class Learned {
    /** An interquartile range of normal numbers is so many standard deviations. */
    private static final double NORMAL_RANGE = 1.3489795003921634;

    /** Cells that are sampled for quantiles, and the most examples. */
    private static final long SAMPLED_CELLS = 1 << 24;

    private static final int SAMPLED = 1 << 16;
    private static final int LEAST_SAMPLED = 1 << 10;

    /** The same to see which columns tell the label; each of them is sorted for it. */
    private static final long CODED_CELLS = 1 << 22;

    private static final int CODED = 1 << 14;

    /** Of a heavy tail: a target's standard deviation is no more than so many of its spreads. */
    private static final double MOST_DEVIATION = 10;

    private static final int KNOTS = 129;
    private static final int MOST_LEVELS = 1_000_000;

    private final String path;
    private final Columns columns;
    private final Profile profile;
    private final Statistics statistics;
    private final TrainingData.Options options;
    private final Statistics.Sampling sampling;
    private final List<String> problems = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();
    private final List<Slot> slots;
    private final Suspects suspects;

    Learned(
            String path,
            Columns columns,
            Profile profile,
            Statistics statistics,
            Statistics.Sampling sampling,
            TrainingData.Options options) {
        this.path = path;
        this.columns = columns;
        this.profile = profile;
        this.statistics = statistics;
        this.sampling = sampling;
        this.options = options;
        this.slots = Slot.of(columns, profile);
        this.suspects = new Suspects(slots, statistics, sampling);
    }

    /** What to sample of these columns: the numbers of all that are not sparse, so many examples that they are few. */
    static Statistics.Sampling sampling(Columns columns, Profile profile) {
        List<Slot> slots = Slot.of(columns, profile);
        int[] numbers = slots.stream()
                .filter(Slot::isSampled)
                .flatMapToInt(slot -> IntStream.range(slot.number(), slot.number() + slot.numbers()))
                .toArray();
        int cells = numbers.length + columns.labels().size();
        long examples = Math.max(LEAST_SAMPLED, Math.min(SAMPLED, SAMPLED_CELLS / Math.max(1, cells)));
        long coded = Math.min(CODED, CODED_CELLS / (cells + slots.size()));
        return new Statistics.Sampling(examples, Math.max(LEAST_SAMPLED, coded), numbers);
    }

    /** What is worth telling. */
    List<Note> notes() {
        return notes;
    }

    List<Slot> slots() {
        return slots;
    }

    Statistics statistics() {
        return statistics;
    }

    /** Of a number to predict, or a flag, what was sampled, sorted. */
    double[] sampledTargets(int label) {
        return statistics.sample(sampling.numbers().length + label);
    }

    /**
     * The features.
     *
     * @throws DataException when a column's numbers cannot be scaled, or it has too many levels
     */
    Features features() {
        List<Features.Column> out = new ArrayList<>();
        for (Slot slot : slots) {
            Use use = slot.use();
            switch (use.kind()) {
                case NONE ->
                    out.add(new Features.Constant(
                            use.name(), slot.found().only().orElse("")));
                case CATEGORY -> out.add(levels(use, slot.text()));
                case SPARSE ->
                    out.add(new Features.Sparse(
                            use.name(),
                            IntStream.range(slot.number(), slot.number() + slot.numbers())
                                    .mapToObj(statistics.moments()::rootMeanSquare)
                                    .toList()));
                case DATE -> out.add(date(slot));
                case NUMBER, AUTO, VECTOR -> out.add(numbers(slot));
            }
        }
        tellEqual();
        notes.addAll(suspects.ids(options.preprocessing().rare().least(statistics.examples())));
        tellKinds();
        DataException.throwAll(path + " cannot be used:", problems);
        if (out.stream().mapToInt(Features.Column::width).sum() == 0) {
            throw new DataException("%s: no column is left to learn from:%n  %s"
                    .formatted(path, notes.stream().map(Note::text).collect(Collectors.joining("\n  "))));
        }
        return new Features(out);
    }

    private Features.Column numbers(Slot slot) {
        Use use = slot.use();
        ColumnProfile found = slot.found();
        int width = slot.numbers();
        Scale scale = options.preprocessing().scale();
        List<Double> centers = new ArrayList<>();
        List<Double> spreads = new ArrayList<>();
        List<Double> medians = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            double[] sample = statistics.sample(slot.sampled() + i);
            Spread spread = spread(scale, slot.number() + i, sample);
            medians.add(sample.length == 0 ? 0 : quantile(sample, 0.5));
            centers.add(spread.center());
            spreads.add(spread.spread());
        }
        boolean usable = centers.stream().allMatch(Double::isFinite)
                && spreads.stream().allMatch(s -> Double.isFinite(s) && s > 0);
        double least = found.least().value();
        double greatest = found.greatest().value();
        if (usable && !scale.isRobust()) {
            // Float32 has to hold what becomes of them.
            double most =
                    Math.max(Math.abs(least - centers.get(0)), Math.abs(greatest - centers.get(0))) / spreads.get(0);
            usable = width > 1 || most < Float.MAX_VALUE;
        }
        if (!usable) {
            problems.add(
                    "column \"%s\" has numbers from %s to %s (%s), which data.scale = %s cannot scale; mend them, or set data.scale = robust or quantile"
                            .formatted(
                                    use.name(),
                                    least,
                                    greatest,
                                    profile.where(found.greatest().place()),
                                    scale));
            return new Features.Constant(use.name(), "");
        }
        tellWild(use.name(), found, centers, spreads, width);
        Features.Missing missing = missing(slot.number(), medians);
        if (width == 1 && scale.isRobust()) {
            double[] sample = statistics.sample(slot.sampled());
            double[] distinct = Arrays.stream(sample).distinct().toArray();
            if (scale == Scale.QUANTILE) {
                return new Features.Ranked(use.name(), knots(sample, KNOTS), missing);
            }
            // Of a column that is mostly one value, what the others are counts, however far apart they are.
            if (quartiles(sample) == 0 && distinct.length > 2) {
                return new Features.Ranked(use.name(), knots(distinct, Math.min(KNOTS, distinct.length)), missing);
            }
        }
        return new Features.Numeric(use.name(), centers, spreads, scale.isRobust(), missing);
    }

    private Features.Column date(Slot slot) {
        double[] seconds = statistics.sample(slot.sampled());
        Spread spread = spread(Scale.ROBUST, slot.number(), seconds);
        boolean timed = Arrays.stream(seconds).anyMatch(second -> second % 86_400 != 0);
        return new Features.Dated(
                slot.use().name(),
                options.preprocessing().dates() == Preprocessing.Dates.CYCLIC,
                timed,
                spread.center(),
                spread.spread(),
                missing(slot.number(), List.of(seconds.length == 0 ? 0 : quantile(seconds, 0.5))));
    }

    private record Spread(double center, double spread) {}

    private Spread spread(Scale scale, int number, double[] sample) {
        Moments moments = statistics.moments();
        if (scale == Scale.NONE) {
            return new Spread(0, 1);
        }
        if (scale == Scale.STANDARD || sample.length == 0) {
            return new Spread(moments.mean(number), moments.deviation(number));
        }
        double median = quantile(sample, 0.5);
        double range = quartiles(sample);
        if (range > 0) {
            return new Spread(median, range / NORMAL_RANGE);
        }
        // Half of them and more are the same: how far the others are off.
        double[] distances = Arrays.stream(sample)
                .map(value -> Math.abs(value - median))
                .filter(distance -> distance > 0)
                .sorted()
                .toArray();
        return new Spread(median, distances.length > 0 ? quantile(distances, 0.5) : moments.deviation(number));
    }

    /** Of sorted numbers, by interpolation. */
    static double quantile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    private static double quartiles(double[] sorted) {
        return sorted.length == 0 ? 0 : quantile(sorted, 0.75) - quantile(sorted, 0.25);
    }

    private static List<Double> knots(double[] sorted, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> sorted.length == 0 ? 0.0 : quantile(sorted, i / (count - 1.0)))
                .toList();
    }

    private Features.Missing missing(int number, List<Double> medians) {
        Missing policy = options.preprocessing().missing();
        if (policy == Missing.ERROR) {
            return Features.Missing.ERROR;
        }
        List<Double> fills = new ArrayList<>();
        List<Integer> indicated = new ArrayList<>();
        for (int i = 0; i < medians.size(); i++) {
            fills.add(
                    switch (policy) {
                        case MEAN -> statistics.moments().mean(number + i);
                        case CONSTANT -> options.preprocessing().constant();
                        case INDICATOR, MEDIAN, ERROR -> medians.get(i);
                    });
            if (policy == Missing.INDICATOR && statistics.moments().weight(number + i) < statistics.examples()) {
                indicated.add(i);
            }
        }
        return new Features.Missing(fills, indicated);
    }

    private void tellWild(String name, ColumnProfile found, List<Double> centers, List<Double> spreads, int width) {
        if (width > 1) {
            return;
        }
        for (Profile.Extreme extreme : List.of(found.least(), found.greatest())) {
            double off = Math.abs(extreme.value() - centers.get(0)) / spreads.get(0);
            if (extreme.place() != null
                    && off > Usual.WILD
                    && options.preprocessing().scale() == Scale.ROBUST) {
                notes.add(Note.of(
                        Note.Kind.FAR,
                        name,
                        "column \"%s\" has the number %s (%s), %.3g spreads from its median; it is drawn near"
                                .formatted(name, extreme.value(), profile.where(extreme.place()), off)));
            }
        }
    }

    /** What became what, and what is missing. */
    private void tellKinds() {
        Map<String, List<String>> kinds = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        for (Slot slot : slots) {
            Use use = slot.use();
            String kind =
                    switch (use.kind()) {
                        case NUMBER, AUTO -> "numeric";
                        case VECTOR, SPARSE -> "vectors";
                        case DATE -> "dates";
                        case CATEGORY -> "categorical";
                        case NONE -> "left out";
                    };
            String levels = use.kind() == Kind.CATEGORY
                    ? " (%,d levels)".formatted(statistics.levels(slot.text()).size())
                    : "";
            kinds.computeIfAbsent(kind, k -> new ArrayList<>()).add(use.name() + levels);
            long count = slot.found().count(Profile.Finding.MISSING);
            if (count > 0 && use.kind() != Kind.NONE) {
                missing.add("%s in %,d rows (%.1f %%)".formatted(use.name(), count, 100.0 * count / profile.rows()));
            }
        }
        List<String> lines = new ArrayList<>();
        kinds.forEach((kind, names) -> lines.add("%s: %s".formatted(kind, some(names))));
        if (!missing.isEmpty()) {
            lines.add("missing (data.missing = %s): %s"
                    .formatted(options.preprocessing().missing(), some(missing)));
        }
        notes.addAll(0, lines.stream().map(Note::about).toList());
    }

    private static String some(List<String> names) {
        int most = 12;
        return String.join(", ", names.subList(0, Math.min(most, names.size())))
                + (names.size() > most ? " and %,d more".formatted(names.size() - most) : "");
    }

    /** Columns of numbers that are equal in all that was sampled; their hashes are kept, and not their numbers. */
    private void tellEqual() {
        Map<Integer, List<Slot>> seen = new HashMap<>();
        for (Slot slot : slots) {
            if (slot.use().kind() != Kind.NUMBER) {
                continue;
            }
            double[] numbers = statistics.sampleInOrder(slot.sampled());
            List<Slot> alike = seen.computeIfAbsent(Arrays.hashCode(numbers), hash -> new ArrayList<>());
            Optional<Slot> same = alike.stream()
                    .filter(before -> Arrays.equals(numbers, statistics.sampleInOrder(before.sampled())))
                    .findFirst();
            same.ifPresentOrElse(
                    before -> notes.add(Note.of(
                            Note.Kind.EQUAL,
                            slot.use().name(),
                            "columns \"%s\" and \"%s\" are the same"
                                    .formatted(before.use().name(), slot.use().name()))),
                    () -> alike.add(slot));
        }
    }

    private Features.Column levels(Use use, int text) {
        NavigableMap<String, Long> all = statistics.levels(text);
        long least = options.preprocessing().rare().least(statistics.examples());
        List<String> kept = all.entrySet().stream()
                .filter(level -> level.getValue() >= least)
                .map(Map.Entry::getKey)
                .toList();
        long missing = statistics.missingTexts(text);
        boolean pooled = kept.size() < all.size();
        if (kept.size() > MOST_LEVELS) {
            problems.add("column \"%s\" has %,d levels with %d rows or more, at most %,d are taken; raise data.rare"
                    .formatted(use.name(), kept.size(), least, MOST_LEVELS));
        }
        if (pooled && kept.isEmpty()) {
            notes.add(Note.of(
                    Note.Kind.ID,
                    use.name(),
                    "column \"%s\" is left out: none of its %,d levels has %d rows (an id or a free text, perhaps; data.rare says how many)"
                            .formatted(use.name(), all.size(), least)));
            // A fill that is no level: a missing text is all zeros, as any other.
            return new Features.Categorical(use.name(), List.of(), false, missing > 0, missing > 0 ? "" : " ");
        }
        if (pooled) {
            notes.add(Note.of(
                    Note.Kind.ABOUT,
                    use.name(),
                    "column \"%s\": %,d of its %,d levels have fewer than %d rows and are taken as one"
                            .formatted(use.name(), all.size() - kept.size(), all.size(), least)));
        }
        String commonest = kept.stream()
                .max(Comparator.<String>comparingLong(all::get).thenComparing(Comparator.reverseOrder()))
                .orElse("");
        boolean error = options.preprocessing().missing() == Missing.ERROR;
        return new Features.Categorical(use.name(), kept, pooled, missing > 0, error || missing > 0 ? "" : commonest);
    }

    /**
     * The label, or where there is none the features.
     *
     * @throws DataException when there are numbers that cannot be scaled
     */
    Label label(Features features) {
        Label label = columns.labels().isEmpty() ? Label.Reconstruction.of(features) : asLabel();
        notes.addAll(suspects.leaks(label));
        return label;
    }

    private Label asLabel() {
        List<Use> labels = columns.labels();
        if (!options.classification()) {
            int numbers = statistics.moments().quantities() - labels.size();
            List<Label.Real.Target> targets = new ArrayList<>();
            for (int k = 0; k < labels.size(); k++) {
                targets.add(target(labels.get(k), profile.label(k), numbers + k, sampling.numbers().length + k));
            }
            DataException.throwAll(path + " cannot be used:", problems);
            return new Label.Real(targets);
        }
        return labels.size() > 1
                ? new Label.Flags(labels.stream().map(Use::name).toList())
                : classes(labels.get(0));
    }

    private Label.Real.Target target(Use use, ColumnProfile found, int quantity, int sampled) {
        return options.targets() == Loss.Targets.RATIOS
                ? ratio(use, found, quantity)
                : standardised(use, found, quantity, sampled);
    }

    private Label.Real.Target ratio(Use use, ColumnProfile found, int quantity) {
        if (found.least().value() < 0) {
            problems.add(
                    "label column \"%s\" has the number %s (%s), and model.loss is for numbers from 0 on; mend it, or set another loss"
                            .formatted(
                                    use.name(),
                                    found.least().value(),
                                    profile.where(found.least().place())));
        }
        double mean = statistics.moments().mean(quantity);
        return new Label.Real.Target(use.name(), 0, Double.isFinite(mean) && mean > 0 ? mean : 1);
    }

    private Label.Real.Target standardised(Use use, ColumnProfile found, int quantity, int sampled) {
        Moments moments = statistics.moments();
        Scale scale = options.preprocessing().scale();
        boolean robust = scale.isRobust();
        Spread spread = spread(robust ? Scale.ROBUST : Scale.STANDARD, quantity, statistics.sample(sampled));
        double center = spread.center();
        double width = spread.spread();
        if (robust && options.targets() != Loss.Targets.ROBUST) {
            // A squared error follows the tail, whatever its scale: this keeps its gradients bounded.
            width = Math.max(width, moments.deviation(quantity) / MOST_DEVIATION);
        }
        double most = Math.max(
                Math.abs(found.least().value() - center),
                Math.abs(found.greatest().value() - center));
        boolean usable =
                Double.isFinite(center) && Double.isFinite(width) && width > 0 && most / width < Float.MAX_VALUE;
        if (!usable) {
            problems.add("label column \"%s\" has numbers from %s to %s (%s), too far apart for float64; mend them"
                    .formatted(
                            use.name(),
                            found.least().value(),
                            found.greatest().value(),
                            profile.where(found.greatest().place())));
            return new Label.Real.Target(use.name(), 0, 1);
        }
        if (most > Usual.WILD / 5 * width || width > 2 * spread.spread()) {
            Profile.Extreme wild =
                    found.greatest().value() - center > center - found.least().value()
                            ? found.greatest()
                            : found.least();
            notes.add(Note.of(
                    Note.Kind.FAR,
                    use.name(),
                    "label column \"%s\" has the number %s (%s), %.3g spreads from its median, which a squared error follows; mend it, or set model.loss = huber"
                            .formatted(use.name(), wild.value(), profile.where(wild.place()), most / spread.spread())));
        }
        return new Label.Real.Target(use.name(), center, width);
    }

    private Label classes(Use use) {
        List<String> names = profile.classNames(use.sqlType());
        Map<String, Long> rows = profile.classes(use.sqlType());
        List<String> single =
                names.stream().filter(name -> rows.getOrDefault(name, 0L) == 1).toList();
        if (!single.isEmpty()) {
            notes.add(Note.of(
                    Note.Kind.ABOUT,
                    use.name(),
                    "label column \"%s\": of %,d classes there is a single row: %s; it cannot be learned from and measured on at once, so no metric says how such rows are predicted"
                            .formatted(use.name(), single.size(), some(single))));
        }
        List<String> untrained = names.stream()
                .filter(name -> !statistics.classes().containsKey(name))
                .toList();
        if (!untrained.isEmpty()) {
            notes.add(Note.of(
                    Note.Kind.ABOUT,
                    use.name(),
                    "label column \"%s\": of %,d classes there is no row to train on: %s"
                            .formatted(use.name(), untrained.size(), some(untrained))));
        }
        return new Label.Classes(use.name(), use.sqlType(), names);
    }

    /** How many of so many rows there would be if every class were as rare as the rarest is, by weight. */
    long telling(long rows) {
        Map<String, Double> weights = statistics.classes();
        double total =
                weights.values().stream().mapToDouble(Double::doubleValue).sum();
        double rarest =
                weights.values().stream().mapToDouble(Double::doubleValue).min().orElse(0);
        return total > 0 ? (long) (rows * weights.size() * rarest / total) : rows;
    }

    /** What the weights of each class's examples are multiplied by; none for 1. */
    double[] classWeights(Label label) {
        Preprocessing.ClassWeights asked = options.classWeights();
        if (!(label instanceof Label.Classes classes) || asked.equals(Preprocessing.ClassWeights.NONE)) {
            return new double[0];
        }
        Map<String, Double> weights = statistics.classes();
        double total =
                weights.values().stream().mapToDouble(Double::doubleValue).sum();
        return classes.names().stream()
                .mapToDouble(name -> {
                    double own = weights.getOrDefault(name, 0.0);
                    return asked.balanced()
                            ? own == 0 ? 1 : total / (classes.names().size() * own)
                            : asked.factors().getOrDefault(name, 1.0);
                })
                .toArray();
    }
}
