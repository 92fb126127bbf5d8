package dev.adjoint.jobs.report.drawing;

import static dev.adjoint.jobs.report.drawing.SvgWriter.number;

import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.show.ComputationalGraph;
import dev.adjoint.autodiff.show.ComputationalGraph.Kind;
import dev.adjoint.autodiff.show.ComputationalGraph.Node;
import dev.adjoint.jobs.report.drawing.GraphLayout.Box;
import dev.adjoint.jobs.report.drawing.GraphLayout.Point;
import dev.adjoint.jobs.report.drawing.GraphLayout.Size;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLStreamException;

/**
 * The computational graph of a program as an SVG picture: inputs are boxes, steps have round ends, outputs two outlines,
 * and the adjoint steps a ground of their own. It asks for no font, since a server may have none: the width of a text is
 * that of its characters in any monospaced one.
 */
public final class GraphSvg {
    private static final double TEXT = 12;
    private static final double SMALL_TEXT = 10.5;
    /** The width of a character for a font size of 1: the widest of the usual monospaced fonts have 0.602. */
    private static final double ADVANCE = 0.61;

    private static final double NODE_HEIGHT = 42;
    private static final double MARGIN = 20;
    private static final double LEGEND_HEIGHT = 24;
    private static final double LEGEND_GAP = 12;
    private static final double CORNER = 6;
    private static final String INK = "#1b2430";
    private static final String PALE_INK = "#5b6675";

    private final ComputationalGraph graph;
    private final GraphLayout layout;
    private final List<Kind> kinds;
    private final SvgWriter svg;

    private GraphSvg(ComputationalGraph graph) throws XMLStreamException {
        this.graph = graph;
        layout =
                GraphLayout.of(graph, graph.nodes().stream().map(GraphSvg::size).toList());
        kinds = graph.nodes().stream().map(Node::kind).distinct().sorted().toList();
        double legend = kinds.stream()
                .mapToDouble(kind -> legendWidth(kind) + LEGEND_GAP)
                .sum();
        svg = new SvgWriter(
                Math.max(layout.width(), legend - LEGEND_GAP) + 2 * MARGIN,
                layout.height() + LEGEND_HEIGHT + 3 * MARGIN);
    }

    /** The text of the picture. */
    public static String of(Program program) {
        try {
            return new GraphSvg(ComputationalGraph.of(program)).draw();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("the picture cannot be written as XML", e);
        }
    }

    private String draw() throws XMLStreamException {
        svg.attributes("font-family", "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace");
        svg.attributes("font-size", number(TEXT), "text-anchor", "middle");
        for (Kind kind : List.of(Kind.PRIMAL, Kind.ADJOINT, Kind.OUTPUT)) {
            arrowHead(kind);
        }
        // Its own ground: the page may be dark.
        svg.emptyElement("rect", "width", "100%", "height", "100%", "fill", "#ffffff");
        legend();
        double top = LEGEND_HEIGHT + 2 * MARGIN;
        svg.startElement("g", "transform", "translate(" + number(MARGIN) + " " + number(top) + ")");
        if (kinds.contains(Kind.ADJOINT)) {
            adjointGround();
        }
        for (int i = 0; i < graph.edges().size(); i++) {
            Kind reader = graph.nodes().get(graph.edges().get(i).to()).kind();
            edge(layout.edges().get(i), reader);
        }
        for (int i = 0; i < graph.nodes().size(); i++) {
            node(layout.nodes().get(i), graph.nodes().get(i));
        }
        svg.endElement();
        return svg.end();
    }

    private void legend() throws XMLStreamException {
        svg.startElement("g", "class", "legend", "font-size", number(SMALL_TEXT));
        double x = MARGIN;
        for (Kind kind : kinds) {
            double width = legendWidth(kind);
            shape(new Box(x, MARGIN, width, LEGEND_HEIGHT), kind);
            svg.text(x + width / 2, MARGIN + 16, label(kind), "fill", INK);
            x += width + LEGEND_GAP;
        }
        svg.endElement();
    }

    private static double legendWidth(Kind kind) {
        return Math.rint(textWidth(label(kind), SMALL_TEXT) + 24);
    }

    private static String label(Kind kind) {
        return switch (kind) {
            case INPUT -> "data";
            case PRIMAL, ADJOINT -> name(kind) + " step";
            case PARAMETER, OUTPUT -> name(kind);
        };
    }

    private void adjointGround() throws XMLStreamException {
        double top = layout.height();
        for (int i = 0; i < graph.nodes().size(); i++) {
            if (graph.nodes().get(i).kind() == Kind.ADJOINT) {
                top = Math.min(top, layout.nodes().get(i).y());
            }
        }
        double margin = MARGIN / 2;
        svg.emptyElement("rect", "x", number(-margin), "y", number(top - margin), "rx", number(CORNER));
        svg.attributes("width", number(layout.width() + 2 * margin));
        svg.attributes("height", number(layout.height() - top + 2 * margin), "fill", "#fff9ef");
    }

    private void edge(List<Point> corners, Kind reader) throws XMLStreamException {
        svg.emptyElement("path", "d", path(corners), "fill", "none");
        svg.attributes("stroke", reader.line(), "stroke-width", "1.2", "marker-end", "url(#" + arrowName(reader) + ")");
    }

    /** Straight lines, their corners rounded off. */
    private static String path(List<Point> corners) {
        StringBuilder path = new StringBuilder("M" + pair(corners.get(0)));
        for (int i = 1; i < corners.size() - 1; i++) {
            Point corner = corners.get(i);
            path.append(" L" + pair(towards(corner, corners.get(i - 1))));
            path.append(" Q" + pair(corner) + " " + pair(towards(corner, corners.get(i + 1))));
        }
        return path.append(" L" + pair(corners.get(corners.size() - 1))).toString();
    }

    private static Point towards(Point from, Point to) {
        double length = Math.hypot(to.x() - from.x(), to.y() - from.y());
        double share = length == 0 ? 0 : Math.min(CORNER, length / 2) / length;
        return new Point(from.x() + share * (to.x() - from.x()), from.y() + share * (to.y() - from.y()));
    }

    private static String pair(Point point) {
        return number(point.x()) + " " + number(point.y());
    }

    private void arrowHead(Kind kind) throws XMLStreamException {
        svg.startElement("marker", "id", arrowName(kind), "viewBox", "0 0 8 8", "refX", "8", "refY", "4");
        svg.attributes("markerWidth", "7", "markerHeight", "7", "orient", "auto");
        svg.emptyElement("path", "d", "M0 0.8 L8 4 L0 7.2 z", "fill", kind.line());
        svg.endElement();
    }

    private static String arrowName(Kind kind) {
        return "to-" + name(kind);
    }

    private void node(Box box, Node node) throws XMLStreamException {
        svg.startElement("g", "class", name(node.kind()));
        shape(box, node.kind());
        double middle = box.x() + box.width() / 2;
        svg.text(middle, box.y() + 18, node.text(), "fill", INK);
        svg.text(middle, box.y() + 33, node.shape().toString(), "fill", PALE_INK, "font-size", number(SMALL_TEXT));
        svg.endElement();
    }

    private static Size size(Node node) {
        double width =
                Math.max(textWidth(node.text(), TEXT), textWidth(node.shape().toString(), SMALL_TEXT));
        return new Size(Math.rint(width + 28), NODE_HEIGHT);
    }

    private static double textWidth(String text, double fontSize) {
        return text.codePointCount(0, text.length()) * ADVANCE * fontSize;
    }

    private void shape(Box box, Kind kind) throws XMLStreamException {
        outline(box, kind.isStep() ? box.height() / 2 : 3, kind.fill(), kind.line());
        if (kind == Kind.OUTPUT) {
            Box inner = new Box(box.x() + 3, box.y() + 3, box.width() - 6, box.height() - 6);
            outline(inner, 2, "none", kind.line());
        }
    }

    private void outline(Box box, double radius, String fill, String line) throws XMLStreamException {
        svg.emptyElement("rect", "x", number(box.x()), "y", number(box.y()), "rx", number(radius));
        svg.attributes("width", number(box.width()), "height", number(box.height()));
        svg.attributes("fill", fill, "stroke", line, "stroke-width", "1.2");
    }

    private static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
