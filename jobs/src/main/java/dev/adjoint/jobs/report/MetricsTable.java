package dev.adjoint.jobs.report;

import dev.adjoint.driver.Importance;
import dev.adjoint.driver.Trained;
import dev.adjoint.model.features.Label;
import dev.adjoint.worker.ClassMetrics;
import dev.adjoint.worker.Evaluation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A model's metrics as text for people. */
public final class MetricsTable {
    /** The most classes whose confusion is shown: more do not fit a line. */
    private static final int MOST_CONFUSED = 12;

    /** The most columns whose reconstruction is shown. */
    private static final int MOST_COLUMNS = 12;

    /** Of a name. */
    private static final int LONGEST = 24;

    private MetricsTable() {}

    /** Of a set of examples: the metrics, those of each class, and which class was taken for which. */
    public static String of(Evaluation evaluation, Label label) {
        List<String> lines = new ArrayList<>();
        Optional<ClassMetrics> classes = evaluation.classMetrics();
        if (classes.isPresent() && Metrics.hasRareClass(classes.get())) {
            lines.add(rareClass(classes.get(), names(label)));
        }
        Metrics.forReaders(evaluation, label)
                .forEach((name, value) -> lines.add("%-18s %12s".formatted(name, number(value))));
        classes.filter(ClassMetrics::isRanked).ifPresent(metrics -> lines.addAll(ofClasses(metrics, names(label))));
        classes.filter(metrics -> metrics.hasConfusion() && metrics.classes() <= MOST_CONFUSED)
                .ifPresent(metrics -> lines.addAll(confusion(metrics, names(label))));
        lines.addAll(ofColumns(Metrics.byColumn(evaluation, label)));
        return String.join(System.lineSeparator(), lines);
    }

    private static String rareClass(ClassMetrics metrics, List<String> names) {
        return String.format(
                Locale.ROOT,
                "class %s is rare, %.2g %% of the weight, and always guessing %s is right for %.2f %%:"
                        + " see %s before accuracy",
                names.get(metrics.rarest()),
                100 * metrics.share(metrics.rarest()),
                names.get(metrics.commonest()),
                100 * metrics.baselineAccuracy(),
                metrics.isRanked() ? "balanced_accuracy and pr_auc" : "balanced_accuracy");
    }

    private static List<String> ofClasses(ClassMetrics metrics, List<String> names) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("class", "share", "precision", "recall", "f1"));
        for (int c = 0; c < names.size(); c++) {
            rows.add(List.of(
                    names.get(c),
                    number(metrics.share(c)),
                    number(metrics.precision(c)),
                    number(metrics.recall(c)),
                    number(metrics.f1(c))));
        }
        return table(rows);
    }

    /** Those that are reconstructed worst. */
    private static List<String> ofColumns(List<Metrics.ColumnError> errors) {
        if (errors.size() < 2) {
            return List.of();
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(errors.size() > MOST_COLUMNS ? "worst columns" : "column", "rmse", "r2"));
        errors.stream()
                .sorted(Comparator.comparingDouble(Metrics.ColumnError::rmse).reversed())
                .limit(MOST_COLUMNS)
                .forEach(error -> rows.add(List.of(error.column(), number(error.rmse()), number(error.r2()))));
        return table(rows);
    }

    private static List<String> confusion(ClassMetrics metrics, List<String> names) {
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("is, taken for:"));
        header.addAll(names);
        rows.add(header);
        for (int c = 0; c < names.size(); c++) {
            List<String> row = new ArrayList<>(List.of(names.get(c)));
            for (int taken = 0; taken < names.size(); taken++) {
                double weight = metrics.confusion(c, taken);
                row.add(String.format(Locale.ROOT, weight == Math.rint(weight) ? "%.0f" : "%.2f", weight));
            }
            rows.add(row);
        }
        return table(rows);
    }

    /** Of groups, a line each. */
    public static String of(Evaluation evaluation, Label label, String column, List<Optional<String>> values) {
        List<String> names = List.copyOf(Metrics.forReaders(evaluation, label).keySet());
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of(column, "examples"));
        header.addAll(names);
        rows.add(header);
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i).orElse("(missing)");
            evaluation.groups().get(i).ifPresent(group -> {
                Map<String, Double> metrics = Metrics.of(group, label);
                List<String> row = new ArrayList<>(List.of(value, String.valueOf(group.examples())));
                names.forEach(name -> row.add(number(metrics.getOrDefault(name, Double.NaN))));
                rows.add(row);
            });
        }
        return String.join(System.lineSeparator(), table(rows));
    }

    /**
     * Says so where a training's accuracy is not better than always guessing the commonest class; on the examples that it was
     * trained on least, of those that were measured.
     */
    public static Optional<String> notBetterThanGuessing(Trained trained) {
        for (String set : List.of(Trained.TEST, Trained.VALIDATION, Trained.TRAINING)) {
            Evaluation evaluation = trained.metrics().get(set);
            if (evaluation != null) {
                return evaluation
                        .classMetrics()
                        .filter(metrics -> evaluation.accuracy() <= metrics.baselineAccuracy())
                        .map(metrics -> String.format(
                                Locale.ROOT,
                                "the %s accuracy, %.2f %%, is not better than that of always guessing %s, %.2f %%",
                                set,
                                100 * evaluation.accuracy(),
                                names(trained.model().label()).get(metrics.commonest()),
                                100 * metrics.baselineAccuracy()));
            }
        }
        return Optional.empty();
    }

    /** How much a model needs each column, with the range over the shuffles. */
    public static String of(List<Importance> columns) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("column", "loss grows by", "at least", "at most"));
        for (Importance one : columns) {
            rows.add(List.of(one.column(), number(one.loss()), number(one.least()), number(one.most())));
        }
        return String.join(System.lineSeparator(), table(rows));
    }

    private static List<String> names(Label label) {
        return label instanceof Label.Classes classes ? classes.names() : List.of();
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : "-";
    }

    /** An empty line, and the rows with their columns below each other: names left, numbers right. */
    private static List<String> table(List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>(Collections.nCopies(rows.get(0).size(), 0));
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths.set(
                        i,
                        Math.max(
                                widths.get(i),
                                TextTable.shown(row.get(i), LONGEST).length()));
            }
        }
        List<String> lines = new ArrayList<>(List.of(""));
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String format = i == 0 ? "%-" + widths.get(0) + "s" : "  %" + widths.get(i) + "s";
                line.append(format.formatted(TextTable.shown(row.get(i), LONGEST)));
            }
            lines.add(line.toString());
        }
        return lines;
    }
}
