package dev.adjoint.autodiff.print;

import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.print.ComputationalGraph.Edge;
import dev.adjoint.autodiff.print.ComputationalGraph.Kind;
import dev.adjoint.autodiff.print.ComputationalGraph.Node;
import java.util.List;

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
        dot.append("  edge [color=\"#5f6b7a\", arrowsize=0.7]\n");
        List<Node> nodes = graph.nodes();
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).kind() != Kind.ADJOINT) {
                node(dot, "  ", i, nodes.get(i));
            }
        }
        if (nodes.stream().anyMatch(node -> node.kind() == Kind.ADJOINT)) {
            dot.append("  subgraph cluster_adjoint {\n");
            dot.append("    label=\"adjoint\"; fontname=\"monospace\"; fontsize=11; color=\"#c98a3d\"; style=dashed\n");
            for (int i = 0; i < nodes.size(); i++) {
                if (nodes.get(i).kind() == Kind.ADJOINT) {
                    node(dot, "    ", i, nodes.get(i));
                }
            }
            dot.append("  }\n");
        }
        for (Edge edge : graph.edges()) {
            dot.append("  n")
                    .append(edge.from())
                    .append(" -> n")
                    .append(edge.to())
                    .append('\n');
        }
        return dot.append("}\n").toString();
    }

    private static void node(StringBuilder dot, String indent, int id, Node node) {
        dot.append(indent).append('n').append(id).append(" [label=\"").append(escaped(node.text()));
        dot.append("\\n")
                .append(node.shape())
                .append("\", ")
                .append(look(node.kind()))
                .append("]\n");
    }

    private static String look(Kind kind) {
        return switch (kind) {
            case PARAMETER -> "shape=box, fillcolor=\"#d6e6f8\", color=\"#2f6db3\"";
            case INPUT -> "shape=box, fillcolor=\"#e6e9ee\", color=\"#5f6b7a\"";
            case PRIMAL -> "shape=ellipse, fillcolor=\"#fffdf5\", color=\"#5f6b7a\"";
            case ADJOINT -> "shape=ellipse, fillcolor=\"#fdebd3\", color=\"#c98a3d\"";
            case OUTPUT -> "shape=box, peripheries=2, fillcolor=\"#dcf2df\", color=\"#2f8a46\"";
        };
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
