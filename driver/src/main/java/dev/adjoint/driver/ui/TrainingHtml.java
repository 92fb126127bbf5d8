package dev.adjoint.driver.ui;

import dev.adjoint.driver.ui.CurveSvg.Curve;
import dev.adjoint.driver.ui.CurveSvg.Point;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Trainings as a piece of a page: well-formed XML, which Spark's UI wants. */
final class TrainingHtml {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());
    private static final int MOST_NOTES = 20;
    private static final List<String> LAYER_COLUMNS =
            List.of("layer", "outputs", "gradients", "dead", "saturated", "update / weights");

    private TrainingHtml() {}

    /**
     * All of them, first to last.
     *
     * @param stop where to ask to stop a run, by its identity; empty where that cannot be asked
     */
    static String of(List<TrainingRun> runs, UnaryOperator<String> stop) {
        return runs.isEmpty()
                ? "<p>No training has begun.</p>"
                : runs.stream().map(run -> of(run, stop.apply(run.id))).collect(Collectors.joining());
    }

    private static String of(TrainingRun run, String stop) {
        List<TrainingEvent.Epoch> epochs = run.epochs;
        StringBuilder html =
                new StringBuilder("<section class=\"adjoint-run\" id=\"run-%s\">".formatted(escaped(run.id)));
        html.append("<h4>%s</h4><p class=\"state\">%s</p>".formatted(escaped(run.began.title()), escaped(state(run))));
        if (!stop.isEmpty()) {
            html.append("""
                    <form method="post" action="%s"><input type="hidden" name="run" value="%s"/>
                    <button type="submit" class="btn btn-secondary btn-sm">Stop after this epoch</button></form>""".formatted(escaped(stop), escaped(run.id)));
        }
        if (!epochs.isEmpty()) {
            html.append("<div class=\"pictures\">");
            html.append(figure(
                    "loss",
                    "training",
                    "validation",
                    epochs,
                    TrainingEvent.Epoch::loss,
                    TrainingEvent.Epoch::validationLoss));
            if (epochs.stream().anyMatch(epoch -> epoch.accuracy() != null)) {
                html.append(figure(
                        "accuracy on rows not learned from",
                        "accuracy",
                        "",
                        epochs,
                        TrainingEvent.Epoch::accuracy,
                        epoch -> null));
            }
            if (epochs.stream().anyMatch(epoch -> epoch.rate() != null)) {
                html.append(figure("learning rate", "rate", "", epochs, TrainingEvent.Epoch::rate, epoch -> null));
            }
            html.append(figure(
                    "examples a second", "examples a second", "", epochs, TrainingEvent.Epoch::speed, epoch -> null));
            html.append("</div>");
            html.append(shares(epochs));
            html.append(layers(epochs));
        }
        html.append("<table class=\"facts\"><tbody>");
        run.began.facts().forEach((key, value) -> html.append(row(key, value)));
        html.append("</tbody></table>");
        return html.append(notes(run)).append("</section>").toString();
    }

    private static String state(TrainingRun run) {
        List<String> parts = new ArrayList<>();
        TrainingEvent.Ended ended = run.ended;
        long now = ended == null ? lastTime(run) : ended.time();
        if (run.epochs.isEmpty()) {
            parts.add("at most %,d epochs".formatted(run.began.epochs()));
        } else {
            TrainingEvent.Epoch last = run.epochs.get(run.epochs.size() - 1);
            parts.add("epoch %,d of %,d".formatted(last.epoch(), run.began.epochs()));
            parts.add("loss " + CurveSvg.number(last.loss()));
            if (last.validationLoss() != null) {
                parts.add("validation loss " + CurveSvg.number(last.validationLoss()));
            }
            if (last.accuracy() != null) {
                parts.add(String.format(Locale.ROOT, "accuracy %.2f %%", 100 * last.accuracy()));
            }
        }
        parts.add("began " + CLOCK.format(Instant.ofEpochMilli(run.began.time())));
        parts.add(duration(now - run.began.time()));
        if (ended != null) {
            parts.add(ended.how());
        } else if (TrainingReporter.isStopping(run.id)) {
            parts.add("stops after this epoch");
        }
        return String.join(" · ", parts);
    }

    private static long lastTime(TrainingRun run) {
        return run.epochs.isEmpty()
                ? run.began.time()
                : run.epochs.get(run.epochs.size() - 1).time();
    }

    private static String duration(long millis) {
        Duration time = Duration.ofMillis(millis);
        return time.toHours() > 0
                ? "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart())
                : "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
    }

    private static String figure(
            String title,
            String one,
            String other,
            List<TrainingEvent.Epoch> epochs,
            Function<TrainingEvent.Epoch, @Nullable Double> first,
            Function<TrainingEvent.Epoch, @Nullable Double> second) {
        List<Curve> curves = new ArrayList<>();
        curves.add(new Curve(one, points(epochs, first)));
        List<Point> others = points(epochs, second);
        if (!others.isEmpty()) {
            curves.add(new Curve(other, others));
        }
        String names = curves.size() == 1
                ? ""
                : ": <span class=\"curve0\">%s</span>, <span class=\"curve1\">%s</span>"
                        .formatted(escaped(one), escaped(other));
        return "<figure><figcaption>%s%s</figcaption>%s</figure>"
                .formatted(escaped(title), names, CurveSvg.of(title, curves));
    }

    private static List<Point> points(
            List<TrainingEvent.Epoch> epochs, Function<TrainingEvent.Epoch, @Nullable Double> value) {
        return epochs.stream()
                .filter(epoch -> value.apply(epoch) != null)
                .map(epoch -> new Point(epoch.epoch(), Objects.requireNonNull(value.apply(epoch))))
                .toList();
    }

    /** Where the time of the last epoch went. */
    private static String shares(List<TrainingEvent.Epoch> epochs) {
        TrainingEvent.Epoch last = epochs.get(epochs.size() - 1);
        double rest = Math.max(0, 1 - last.compute() - last.communicate() - last.update());
        return "<div class=\"shares\" role=\"img\" aria-label=\"where the time went\">%s%s%s%s</div>"
                .formatted(
                        share("compute", last.compute()),
                        share("communication and scheduling", last.communicate()),
                        share("steps", last.update()),
                        share("other", rest));
    }

    private static String share(String name, double share) {
        return "<span class=\"share\"><span class=\"bar\" style=\"width: %s%%\"> </span> %s %.0f %%</span>"
                .formatted(String.format(Locale.ROOT, "%.0f", Math.min(100, 100 * share)), name, 100 * share);
    }

    private static String layers(List<TrainingEvent.Epoch> epochs) {
        List<TrainingEvent.Layer> last = epochs.get(epochs.size() - 1).layers();
        if (last.isEmpty()) {
            return "";
        }
        StringBuilder html = new StringBuilder("<div class=\"wide\"><table class=\"layers\"><thead><tr>");
        LAYER_COLUMNS.forEach(name -> html.append("<th>%s</th>".formatted(escaped(name))));
        html.append("</tr></thead><tbody>");
        for (TrainingEvent.Layer layer : last) {
            html.append("<tr><td>%d %s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>"
                    .formatted(
                            layer.number(),
                            escaped(layer.kind()),
                            CurveSvg.number(layer.outputs()),
                            CurveSvg.number(layer.gradients()),
                            percent(layer.dead()),
                            percent(layer.saturated()),
                            Double.isFinite(layer.update()) ? CurveSvg.number(layer.update()) : ""));
        }
        return html.append("</tbody></table></div>").toString();
    }

    private static String percent(double share) {
        return share == 0 ? "" : String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    private static String notes(TrainingRun run) {
        if (run.notes.isEmpty()) {
            return "";
        }
        List<TrainingEvent.Note> last = run.notes.subList(Math.max(0, run.notes.size() - MOST_NOTES), run.notes.size());
        StringBuilder html = new StringBuilder("<ul class=\"notes\">");
        for (TrainingEvent.Note note : last) {
            html.append("<li class=\"%s\">%s %s: %s</li>"
                    .formatted(
                            escaped(note.kind()),
                            CLOCK.format(Instant.ofEpochMilli(note.time())),
                            escaped(note.kind()),
                            escaped(note.text())));
        }
        return html.append("</ul>").toString();
    }

    private static String row(String key, String value) {
        return "<tr><th>%s</th><td>%s</td></tr>".formatted(escaped(key), escaped(value));
    }

    /** A text as XML has it. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]", "?");
    }
}
