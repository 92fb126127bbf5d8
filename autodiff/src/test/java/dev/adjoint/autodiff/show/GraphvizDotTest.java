package dev.adjoint.autodiff.show;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.ProgramBuilder;
import dev.adjoint.autodiff.Reverse;
import dev.adjoint.autodiff.Value;
import dev.adjoint.autodiff.show.ComputationalGraph.Edge;
import dev.adjoint.autodiff.show.ComputationalGraph.Kind;
import dev.adjoint.autodiff.show.ComputationalGraph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class GraphvizDotTest {
    private static final Pattern NODE = Pattern.compile("( +)n(\\d+) \\[label=\"(.*)\", shape=(\\w+), (.*)\\]");
    private static final Pattern EDGE = Pattern.compile("  n(\\d+) -> n(\\d+) \\[color=\"#[0-9a-f]{6}\"\\]");

    @Test
    void inputsAreBoxesStepsAreEllipsesAndOutputsHaveTwoLines() {
        assertEquals(
                List.of(
                        "box W\\n[3x2]",
                        "box x\\n[5x3]",
                        "ellipse v1 = matmul(x, W)\\n[5x2]",
                        "ellipse v2 = v1 * v1\\n[5x2]",
                        "ellipse v3 = sumColumns(v2)\\n[5x1]",
                        "ellipse v4 = sumRows(v3)\\n[1x1]",
                        "double box loss\\n[1x1]"),
                nodes(GraphvizDot.of(small())));
    }

    @Test
    void anEdgeLeadsFromEachOperandToItsReaderAndTwoFromOneThatIsReadTwice() {
        List<Edge> expected = List.of(
                new Edge(1, 2), // x, W
                new Edge(0, 2),
                new Edge(2, 3), // v1 v1
                new Edge(2, 3),
                new Edge(3, 4),
                new Edge(4, 5),
                new Edge(5, 6));
        assertEquals(expected, ComputationalGraph.of(small()).edges());
        assertEquals(expected, edges(GraphvizDot.of(small())));
    }

    @Test
    void adjointStepsStandInAFrameAndThereIsNoneBeforeDifferentiation() {
        Program primal = small();
        assertFalse(GraphvizDot.of(primal).contains("cluster"), GraphvizDot.of(primal));

        Program gradient = Reverse.gradient(primal, "loss");
        String dot = GraphvizDot.of(gradient);
        int from = dot.indexOf("subgraph cluster_adjoint {");
        int to = dot.indexOf("  }\n", from);
        List<String> framed = nodes(dot.substring(from, to));
        List<String> steps = new ArrayList<>();
        for (Node node : ComputationalGraph.of(gradient).nodes()) {
            if (node.kind() == Kind.ADJOINT) {
                steps.add("ellipse " + node.text() + "\\n" + node.shape());
            }
        }
        assertEquals(gradient.steps().size() - gradient.primalSteps(), steps.size());
        assertTrue(steps.size() >= 4, dot);
        assertEquals(steps, framed);
        List<String> rest = nodes(dot.substring(0, from) + dot.substring(to));
        assertTrue(rest.containsAll(nodes(GraphvizDot.of(primal))), dot);
        assertTrue(rest.contains("double box d loss / d W\\n[3x2]"), dot);
        assertEquals(gradient.valueCount() + gradient.outputs().size(), framed.size() + rest.size());
    }

    @Test
    void theFiveKindsLookDifferent() {
        String dot = GraphvizDot.of(Reverse.gradient(small(), "loss"));
        Map<String, String> kinds = new HashMap<>();
        List<Node> nodes =
                ComputationalGraph.of(Reverse.gradient(small(), "loss")).nodes();
        Matcher matcher = NODE.matcher(dot);
        while (matcher.find()) {
            String kind = nodes.get(Integer.parseInt(matcher.group(2))).kind().name();
            String before = kinds.put(matcher.group(4) + " " + matcher.group(5), kind);
            assertTrue(before == null || before.equals(kind), matcher.group());
        }
        assertEquals(Kind.values().length, kinds.size(), kinds.toString());
    }

    @Test
    void anInputThatIsAnOutputAndAValueThatIsTwoOutputsAreShownAsSuch() {
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.input("x", 1, 1);
        Value y = x.tanh();
        builder.output("same", x);
        builder.output("first", y);
        builder.output("second", y);
        String dot = GraphvizDot.of(builder.build());
        assertEquals(List.of(new Edge(0, 1), new Edge(0, 2), new Edge(1, 3), new Edge(1, 4)), edges(dot));
        assertEquals("double box same\\n[1x1]", nodes(dot).get(2));
    }

    @Test
    void namesDoNotBecomeMarkup() {
        String name = "a\"b\\\"c\\N\\\nd&lt;e\\";
        ProgramBuilder builder = new ProgramBuilder();
        builder.output(name + " out", builder.parameter(name, 2, 2).tanh());
        String dot = GraphvizDot.of(builder.build());
        String escaped = "a\\\"b\\\\\\\"c\\\\N\\\\\\nd&amp;lt;e\\\\";
        assertEquals(
                List.of(
                        "box " + escaped + "\\n[2x2]",
                        "ellipse v1 = tanh(" + escaped + ")\\n[2x2]",
                        "double box " + escaped + " out\\n[2x2]"),
                nodes(dot));
        assertEquals(List.of(new Edge(0, 1), new Edge(1, 2)), edges(dot));
    }

    @Test
    void whatCannotBePrintedIsReplaced() {
        ProgramBuilder builder = new ProgramBuilder();
        builder.output("y", builder.parameter("nul\0 cr\r half\uD800 whole\uD83D\uDE00 \u00e9", 1, 1));
        assertEquals(
                "box nul\uFFFD cr\uFFFD half\uFFFD whole\uD83D\uDE00 \u00e9\\n[1x1]",
                nodes(GraphvizDot.of(builder.build())).get(0));
    }

    @Test
    void theTextDoesNotDependOnTheLocale() {
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.parameter("x", 5, 6);
        Value rows = builder.input("rows", 5, 1);
        Value narrow = x.sliceColumns(1, 4).padColumns(2, 3).scatterAddRows(rows, 7);
        builder.output("loss", narrow.multiply(1234.5).add(rows.oneHot(8).sum()).sum());
        Program program = Reverse.gradient(builder.build(), "loss");
        String expected = GraphvizDot.of(program);
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertEquals(expected, GraphvizDot.of(program));
        } finally {
            Locale.setDefault(before);
        }
    }

    private static Program small() {
        ProgramBuilder builder = new ProgramBuilder();
        Value w = builder.parameter("W", 3, 2);
        Value x = builder.input("x", 5, 3);
        Value h = x.matmul(w);
        builder.output("loss", h.multiply(h).sum());
        return builder.build();
    }

    private static List<String> nodes(String dot) {
        return dot.lines()
                .map(NODE::matcher)
                .filter(Matcher::matches)
                .map(m -> (m.group(5).contains("peripheries=2") ? "double " : "") + m.group(4) + " " + m.group(3))
                .toList();
    }

    private static List<Edge> edges(String dot) {
        return dot.lines()
                .map(EDGE::matcher)
                .filter(Matcher::matches)
                .map(m -> new Edge(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2))))
                .toList();
    }
}
