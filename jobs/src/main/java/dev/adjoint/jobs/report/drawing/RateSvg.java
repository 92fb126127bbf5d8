package dev.adjoint.jobs.report.drawing;

import static dev.adjoint.jobs.report.drawing.SvgWriter.number;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import javax.xml.stream.XMLStreamException;

/**
 * Losses over learning rates as an SVG picture: a dot a step, a line of their means, the suggested rate as an upright. Rates are on a
 * logarithmic axis; losses far above those before the least one are left out, or an explosion would flatten all others.
 */
public final class RateSvg {
    private static final double WIDTH = 760;
    private static final double HEIGHT = 440;
    private static final double LEFT = 70;
    private static final double RIGHT = 740;
    private static final double TOP = 50;
    private static final double BOTTOM = 385;
    private static final double TEXT = 13;
    private static final int MOST_LOSS_TICKS = 6;
    private static final String INK = "#1b2430";
    private static final String PALE_INK = "#5b6675";
    private static final String GRID = "#dfe3e8";
    private static final String DOT = "#a9c3e3";
    private static final String LINE = "#2f6db3";
    private static final String MARK = "#b35a00";

    /** A learning rate, and a loss. */
    public record Point(double rate, double loss) {}

    private final List<Point> steps;
    private final List<Point> smoothed;
    private final OptionalDouble suggestion;
    private final double firstRate;
    private final double lastRate;
    private final double least;
    private final double most;
    private final SvgWriter svg;

    private RateSvg(List<Point> steps, List<Point> smoothed, OptionalDouble suggestion) throws XMLStreamException {
        this.steps = steps;
        this.smoothed = smoothed;
        this.suggestion = suggestion;
        double first = steps.get(0).rate();
        firstRate = Math.min(first, suggestion.orElse(first));
        lastRate = steps.get(steps.size() - 1).rate();
        Point lowest =
                smoothed.stream().min(Comparator.comparingDouble(Point::loss)).orElse(steps.get(0));
        double before = smoothed.stream()
                .filter(point -> point.rate() <= lowest.rate())
                .mapToDouble(Point::loss)
                .max()
                .orElse(lowest.loss());
        double high = Math.max(before, lowest.loss() + Math.abs(lowest.loss()));
        double margin = high > lowest.loss() ? 0.08 * (high - lowest.loss()) : 1;
        least = lowest.loss() - margin;
        most = high + margin;
        svg = new SvgWriter(WIDTH, HEIGHT);
    }

    /**
     * The text of the picture.
     *
     * @param steps by growing rates; one or more
     * @param smoothed likewise, or none
     */
    public static String of(List<Point> steps, List<Point> smoothed, OptionalDouble suggestion) {
        try {
            return new RateSvg(steps, smoothed, suggestion).draw();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("the picture cannot be written as XML", e);
        }
    }

    private String draw() throws XMLStreamException {
        svg.attributes("font-family", "system-ui, 'DejaVu Sans', Helvetica, Arial, sans-serif");
        svg.attributes("font-size", number(TEXT), "text-anchor", "middle");
        // Its own ground: the page may be dark.
        svg.emptyElement("rect", "width", "100%", "height", "100%", "fill", "#ffffff");
        svg.startElement("clipPath", "id", "plot");
        svg.emptyElement("rect", "x", number(LEFT), "y", number(TOP));
        svg.attributes("width", number(RIGHT - LEFT), "height", number(BOTTOM - TOP));
        svg.endElement();
        axes();
        svg.startElement("g", "class", "steps", "fill", DOT);
        for (Point step : steps) {
            if (step.loss() >= least && step.loss() <= most) {
                svg.emptyElement("circle", "cx", number(x(step.rate())), "cy", number(y(step.loss())), "r", "2");
            }
        }
        svg.endElement();
        line();
        if (suggestion.isPresent()) {
            mark(suggestion.getAsDouble());
        }
        return svg.end();
    }

    private void axes() throws XMLStreamException {
        for (double rate : rateTicks()) {
            upright(x(rate), "stroke", GRID);
            svg.text(x(rate), BOTTOM + 20, label(rate), "fill", INK, "class", "rate");
        }
        double every = lossTick();
        for (double i = Math.ceil(least / every); i * every <= most; i++) {
            double loss = i * every + 0.0; // which is never -0
            double at = y(loss);
            svg.emptyElement("line", "x1", number(LEFT), "x2", number(RIGHT), "y1", number(at), "y2", number(at));
            svg.attributes("stroke", GRID);
            svg.text(LEFT - 8, at + 4, label(loss), "fill", INK, "class", "loss", "text-anchor", "end");
        }
        svg.text((LEFT + RIGHT) / 2, HEIGHT - 12, "learning rate", "fill", PALE_INK);
        svg.text(LEFT, 22, "loss while the learning rate grows", "fill", INK, "text-anchor", "start");
    }

    /** Powers of ten; of a short axis, the rates at its ends. */
    private List<Double> rateTicks() {
        List<Double> ticks = new ArrayList<>();
        int first = (int) Math.ceil(Math.log10(firstRate) - 1e-9);
        int last = (int) Math.floor(Math.log10(lastRate) + 0.1);
        int every = (last - first) / 12 + 1;
        for (int power = first; power <= last; power += every) {
            ticks.add(Double.parseDouble("1e" + power));
        }
        return ticks.size() >= 2 ? ticks : List.of(firstRate, lastRate);
    }

    /** 1, 2 or 5 times a power of ten, so that there are a few. */
    private double lossTick() {
        double tick = Double.parseDouble("1e" + (int) Math.floor(Math.log10((most - least) / MOST_LOSS_TICKS)));
        for (int times : new int[] {1, 2, 5}) {
            if ((most - least) / (times * tick) <= MOST_LOSS_TICKS) {
                return times * tick;
            }
        }
        return 10 * tick;
    }

    private void line() throws XMLStreamException {
        StringBuilder points = new StringBuilder();
        for (Point mean : smoothed) {
            points.append(points.length() == 0 ? "" : " ")
                    .append(number(x(mean.rate())))
                    .append(',')
                    .append(number(y(mean.loss())));
        }
        svg.emptyElement("polyline", "points", points.toString(), "clip-path", "url(#plot)");
        svg.attributes("fill", "none", "stroke", LINE, "stroke-width", "2.5", "stroke-linejoin", "round");
    }

    private void mark(double rate) throws XMLStreamException {
        svg.startElement("g", "class", "suggestion");
        upright(x(rate), "stroke", MARK, "stroke-width", "2", "stroke-dasharray", "6 4");
        // Towards the side that has more room.
        boolean left = x(rate) < (LEFT + RIGHT) / 2;
        svg.text(x(rate), TOP - 8, "suggested: " + label(rate), "fill", MARK, "text-anchor", left ? "start" : "end");
        svg.endElement();
    }

    private void upright(double x, String... attributes) throws XMLStreamException {
        svg.emptyElement("line", "x1", number(x), "x2", number(x), "y1", number(TOP), "y2", number(BOTTOM));
        svg.attributes(attributes);
    }

    private double x(double rate) {
        return LEFT + (RIGHT - LEFT) * Math.log(rate / firstRate) / Math.log(lastRate / firstRate);
    }

    /** Beyond the axis no further than its own length, as an exploded loss may be no number that a picture can have. */
    private double y(double loss) {
        double share = Math.max(-1, Math.min(2, (loss - least) / (most - least)));
        return BOTTOM - (BOTTOM - TOP) * share;
    }

    /** To three digits, without zeros at the end. */
    private static String label(double value) {
        String text = String.format(Locale.ROOT, "%.3g", value);
        double rounded = Double.parseDouble(text);
        double size = Math.abs(rounded);
        if (size != 0 && (size < 1e-3 || size >= 1e5)) {
            return String.format(Locale.ROOT, "%.2e", rounded)
                    .replaceAll("\\.?0*e([-+])0?", "e$1")
                    .replace("e+", "e");
        }
        return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
    }
}
