package dev.adjoint.jobs.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adjoint.driver.RateRange;
import dev.adjoint.driver.RateRange.Point;
import dev.adjoint.driver.RateRange.Span;
import dev.adjoint.driver.settings.Key;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.jobs.report.drawing.RateSvg;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code find-rate} found, in words and numbers.
 *
 * @param settings of the training whose rate is looked for
 */
public record RateReport(RateRange range, Span span, Settings settings) {
    private static final int ROWS = 12;

    /** A table of rates and losses, and what follows from it. */
    public String text() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("rate", "loss"));
        int last = range.smoothed().size() - 1;
        for (int i = 0; i < ROWS && last >= 0; i++) {
            Point point = range.smoothed().get(Math.round((float) last * i / (ROWS - 1)));
            rows.add(List.of(shown(point.rate()), String.format(Locale.ROOT, "%.4g", point.loss())));
        }
        return String.join("\n", TextTable.of("", rows)) + "\n\n" + sentence() + "\n";
    }

    private String sentence() {
        return switch (range.outcome()) {
            case FOUND -> "suggested: " + String.join("\n           ", toSay());
            case TOO_HIGH ->
                "the loss never fell before it rose: look at lower rates, --from %s --to %s; where it does not fall there either, see by adjoint data whether the features tell anything of the label"
                        .formatted(shown(span.from() / 1000), shown(span.from()));
            case TOO_LOW ->
                "the loss had not risen again at the end: look at higher rates, --from %s --to %s"
                        .formatted(shown(span.from()), shown(span.to() * 1000));
        };
    }

    private static String shown(double rate) {
        return String.format(Locale.ROOT, "%.1e", rate);
    }

    /** What a job file has to say, which is more than the rate where the recipe chose other keys with it. */
    private List<String> toSay() {
        List<String> lines = new ArrayList<>();
        lines.add("%s = %s".formatted(Keys.LEARNING_RATE, range.suggestion().orElseThrow()));
        List<Key<?>> others = settings.chosenWith(Keys.LEARNING_RATE);
        if (!others.isEmpty()) {
            lines.add("together with the steps of the recipe, which are left out where the rate is said alone:");
            others.forEach(key -> lines.add("%s = %s".formatted(key, settings.said(key))));
        }
        return lines;
    }

    /** The picture, as SVG. */
    public String svg() {
        return RateSvg.of(points(range.steps()), points(range.smoothed()), range.suggestion());
    }

    private static List<RateSvg.Point> points(List<Point> points) {
        return points.stream()
                .map(point -> new RateSvg.Point(point.rate(), point.loss()))
                .toList();
    }

    /** As the last line of stdout. */
    public ObjectNode json() {
        ObjectNode summary = Summary.of("find-rate")
                .put("outcome", range.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .put("steps", range.steps().size());
        Summary.putNumber(summary, "learning_rate", range.suggestion().orElse(Double.NaN));
        return summary;
    }
}
