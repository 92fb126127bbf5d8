package dev.adjoint.driver.ui;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Curves over the epochs as an SVG picture that stands within a page, whose style sheet colours it: the classes {@code curve0},
 * {@code curve1}, {@code grid}, {@code tick}.
 */
final class CurveSvg {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 230;
    private static final int LEFT = 58;
    private static final int RIGHT = 548;
    private static final int TOP = 12;
    private static final int BOTTOM = 196;
    private static final int MOST_TICKS = 5;

    /** A place on a curve. */
    record Point(double epoch, double value) {}

    /** A curve, and what it is called. */
    record Curve(String name, List<Point> points) {}

    private final List<Curve> curves;
    private final boolean logarithmic;
    private final double first;
    private final double last;
    private final double least;
    private final double most;

    private CurveSvg(List<Curve> curves) {
        this.curves = curves;
        List<Point> all =
                curves.stream().flatMap(curve -> curve.points().stream()).toList();
        double low = all.stream().mapToDouble(Point::value).min().orElse(0);
        double high = all.stream().mapToDouble(Point::value).max().orElse(1);
        // A loss that falls over powers of ten is seen on a logarithmic axis alone.
        logarithmic = low > 0 && high / low > 30;
        double bottom = logarithmic ? Math.log10(low) : low;
        double top = logarithmic ? Math.log10(high) : high;
        double margin = top > bottom ? 0.05 * (top - bottom) : Math.max(1e-9, Math.abs(top) * 0.1 + (top == 0 ? 1 : 0));
        least = bottom - margin;
        most = top + margin;
        first = all.stream().mapToDouble(Point::epoch).min().orElse(0);
        last = Math.max(first + 1, all.stream().mapToDouble(Point::epoch).max().orElse(1));
    }

    /** The picture; one without points where there are none. */
    static String of(String label, List<Curve> curves) {
        return new CurveSvg(curves.stream()
                        .map(curve -> new Curve(
                                curve.name(),
                                curve.points().stream()
                                        .filter(point -> Double.isFinite(point.value()))
                                        .toList()))
                        .filter(curve -> !curve.points().isEmpty())
                        .toList())
                .draw(label);
    }

    private String draw(String label) {
        StringBuilder svg =
                new StringBuilder("<svg class=\"curves\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">"
                        .formatted(WIDTH, HEIGHT, TrainingHtml.escaped(label)));
        for (double tick : logarithmic ? powers(least, most) : ticks(least, most)) {
            double y = y(tick);
            svg.append(line(LEFT, y, RIGHT, y, "grid"));
            svg.append(text(LEFT - 7, y + 4, "tick end", logarithmic ? number(Math.pow(10, tick)) : number(tick)));
        }
        for (double tick : ticks(first, last)) {
            if (tick == Math.rint(tick)) {
                svg.append(text(x(tick), BOTTOM + 18, "tick middle", number(tick)));
            }
        }
        svg.append(text((LEFT + RIGHT) / 2.0, HEIGHT - 2, "tick middle", "epoch"));
        for (int k = 0; k < curves.size(); k++) {
            List<Point> points = curves.get(k).points();
            svg.append("<polyline class=\"curve%d\" points=\"%s\"><title>%s</title></polyline>"
                    .formatted(
                            k,
                            points.stream()
                                    .map(point -> at(x(point.epoch()), y(value(point))))
                                    .collect(Collectors.joining(" ")),
                            TrainingHtml.escaped(curves.get(k).name())));
            Point end = points.get(points.size() - 1);
            svg.append("<circle class=\"curve%d\" cx=\"%s\" cy=\"%s\" r=\"3\"/>"
                    .formatted(k, fixed(x(end.epoch())), fixed(y(value(end)))));
        }
        return svg.append("</svg>").toString();
    }

    private double value(Point point) {
        return logarithmic ? Math.log10(point.value()) : point.value();
    }

    private double x(double epoch) {
        return LEFT + (epoch - first) / (last - first) * (RIGHT - LEFT);
    }

    private double y(double value) {
        return BOTTOM - (value - least) / (most - least) * (BOTTOM - TOP);
    }

    /** 1, 2 or 5 times a power of ten apart, so that there are a few. */
    private static List<Double> ticks(double from, double to) {
        double power = Math.pow(10, Math.floor(Math.log10((to - from) / MOST_TICKS)));
        double every = 10 * power;
        for (int times : new int[] {5, 2, 1}) {
            every = (to - from) / (times * power) <= MOST_TICKS ? times * power : every;
        }
        List<Double> ticks = new ArrayList<>();
        for (double i = Math.ceil(from / every); i * every <= to; i++) {
            ticks.add(i * every + 0.0); // which is never -0
        }
        return ticks;
    }

    /** The logarithms of 1, 2 and 5 times powers of ten; where those are many, of powers alone, and of every so many. */
    private static List<Double> powers(double from, double to) {
        int every = (int) ((to - from) / MOST_TICKS) + 1;
        List<Integer> times = (to - from) * 3 <= MOST_TICKS + 2 ? List.of(1, 2, 5) : List.of(1);
        List<Double> ticks = new ArrayList<>();
        for (int power = (int) Math.floor(from); power <= to; power++) {
            for (int digit : times) {
                double tick = power + Math.log10(digit);
                if (tick >= from && tick <= to && power % every == 0) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    private static String line(double x1, double y1, double x2, double y2, String kind) {
        return "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>"
                .formatted(kind, fixed(x1), fixed(y1), fixed(x2), fixed(y2));
    }

    private static String text(double x, double y, String kind, String text) {
        return "<text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>".formatted(kind, fixed(x), fixed(y), text);
    }

    private static String at(double x, double y) {
        return fixed(x) + "," + fixed(y);
    }

    private static String fixed(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    /** Three digits, as people write them. */
    static String number(double number) {
        if (!Double.isFinite(number)) {
            return "-";
        }
        double size = Math.abs(number);
        if (size != 0 && (size < 1e-3 || size >= 1e5)) {
            return String.format(Locale.ROOT, "%.1e", number);
        }
        BigDecimal digits = new BigDecimal(number).round(new MathContext(3));
        return digits.signum() == 0 ? "0" : digits.stripTrailingZeros().toPlainString();
    }
}
