package dev.adjoint.autodiff.show;

import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.show.ComputationalGraph.Edge;
import dev.adjoint.autodiff.show.ComputationalGraph.Kind;
import dev.adjoint.autodiff.show.ComputationalGraph.Node;
import java.util.function.Predicate;

/**
 * The computational graph in the DOT language of Graphviz (graphviz.org/doc/info/lang.html): inputs are boxes, steps
 * ellipses, outputs double boxes, and the adjoint steps stand in a frame of their own.
 */
public final class GraphvizDot {
    private GraphvizDot() {}

    /** The DOT text of {@code program}; node {@code n7} is that of value 7 or, after the values, of an output. */
    public static String of(Program program) {
        ComputationalGraph graph = ComputationalGraph.of(program);
        StringBuilder dot = new StringBuilder("digraph program {\n");
        dot.append("  node [fontname=\"monospace\", fontsize=11, style=filled, height=0.4]\n");
        dot.append("  edge [arrowsize=0.7]\n");
        nodes(dot, "  ", graph, kind -> kind != Kind.ADJOINT);
        if (graph.nodes().stream().anyMatch(node -> node.kind() == Kind.ADJOINT)) {
            dot.append("  subgraph cluster_adjoint {\n");
            dot.append("    label=\"adjoint\"; fontname=\"monospace\"; fontsize=11; style=dashed; ");
            dot.append("color=\"" + Kind.ADJOINT.line() + "\"\n");
            nodes(dot, "    ", graph, kind -> kind == Kind.ADJOINT);
            dot.append("  }\n");
        }
        for (Edge edge : graph.edges()) {
            String color = graph.nodes().get(edge.to()).kind().line();
            dot.append("  n" + edge.from() + " -> n" + edge.to() + " [color=\"" + color + "\"]\n");
        }
        return dot.append("}\n").toString();
    }

    private static void nodes(StringBuilder dot, String indent, ComputationalGraph graph, Predicate<Kind> which) {
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node node = graph.nodes().get(i);
            if (which.test(node.kind())) {
                String label = escaped(node.text()) + "\\n" + node.shape();
                dot.append(indent + "n" + i + " [label=\"" + label + "\", " + look(node.kind()) + "]\n");
            }
        }
    }

    private static String look(Kind kind) {
        String shape = kind.isStep() ? "shape=ellipse" : "shape=box";
        String border = kind == Kind.OUTPUT ? ", peripheries=2" : "";
        return shape + border + ", fillcolor=\"" + kind.fill() + "\", color=\"" + kind.line() + "\"";
    }

    /**
     * {@code text} inside a quoted label. There a backslash starts an escape, and, beyond what the language's grammar says,
     * an ampersand one of HTML's entities.
     */
    private static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '&' -> out.append("&amp;");
                case '\n' -> out.append("\\n");
                default -> out.appendCodePoint(isPrintable(c) ? c : '\uFFFD');
            }
        });
        return out.toString();
    }

    /** A NUL would end the text for Graphviz, and half of a surrogate pair cannot be encoded. */
    private static boolean isPrintable(int c) {
        return !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE;
    }
}
