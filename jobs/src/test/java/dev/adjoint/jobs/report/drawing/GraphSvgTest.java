package dev.adjoint.jobs.report.drawing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.ProgramBuilder;
import dev.adjoint.autodiff.Reverse;
import dev.adjoint.autodiff.Value;
import dev.adjoint.autodiff.show.ComputationalGraph;
import dev.adjoint.autodiff.show.ComputationalGraph.Edge;
import dev.adjoint.autodiff.show.ComputationalGraph.Kind;
import dev.adjoint.jobs.report.drawing.GraphLayout.Box;
import dev.adjoint.jobs.report.drawing.GraphLayout.Point;
import dev.adjoint.jobs.report.drawing.GraphLayout.Size;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Affine;
import dev.adjoint.model.Network;
import dev.adjoint.worker.BatchShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphSvgTest {
    @Test
    void everyNodeAndEveryEdgeIsDrawn() throws Exception {
        Program gradient = gradient(2);
        ComputationalGraph graph = ComputationalGraph.of(gradient);
        Svg svg = Svg.parse(GraphSvg.of(gradient));
        for (Kind kind : Kind.values()) {
            List<String> expected = graph.nodes().stream()
                    .filter(node -> node.kind() == kind)
                    .map(node -> node.text() + " " + node.shape())
                    .toList();
            assertTrue(!expected.isEmpty());
            assertEquals(expected, svg.nodes(kind.name().toLowerCase(Locale.ROOT)));
        }
        assertEquals(graph.edges().size(), svg.edges());
    }

    @Test
    void namesDoNotBecomeMarkup() throws Exception {
        ProgramBuilder builder = new ProgramBuilder();
        Value w = builder.parameter("<b>\"&lt;'\\ ]]>\n\0\uFFFE half\uD800 whole\uD83D\uDE00 \u00e9", 1, 1);
        builder.output("</svg>", w.tanh());
        Svg svg = Svg.parse(GraphSvg.of(builder.build()));
        String shown = "<b>\"&lt;'\\ ]]>\uFFFD\uFFFD\uFFFD half\uFFFD whole\uD83D\uDE00 \u00e9";
        assertEquals(List.of(shown + " [1x1]"), svg.nodes("parameter"));
        assertEquals(List.of("v1 = tanh(" + shown + ") [1x1]"), svg.nodes("primal"));
        assertEquals(List.of("</svg> [1x1]"), svg.nodes("output"));
    }

    @Test
    void aProgramWithoutStepsHasAPicture() throws Exception {
        ProgramBuilder builder = new ProgramBuilder();
        builder.output("same", builder.input("x", 1, 1));
        Svg svg = Svg.parse(GraphSvg.of(builder.build()));
        assertEquals(List.of("x [1x1]"), svg.nodes("input"));
        assertEquals(1, svg.edges());
    }

    @Test
    void theSameProgramGivesTheSamePictureInEveryLocale() {
        String expected = GraphSvg.of(gradient(2));
        for (int i = 0; i < 5; i++) {
            assertEquals(expected, GraphSvg.of(gradient(2)));
        }
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertEquals(expected, GraphSvg.of(gradient(2)));
        } finally {
            Locale.setDefault(before);
        }
    }

    /** 20 layers are more than what the better placement is used for. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 20})
    void nodesDoNotOverlapAndEachIsBelowItsOperandsWhereItsEdgesEnd(int layers) {
        ComputationalGraph graph = ComputationalGraph.of(gradient(layers));
        GraphLayout layout = layout(graph);
        for (int i = 0; i < layout.nodes().size(); i++) {
            Box box = layout.nodes().get(i);
            assertTrue(box.x() >= 0 && box.x() + box.width() <= layout.width(), box.toString());
            assertTrue(box.y() >= 0 && box.y() + box.height() <= layout.height(), box.toString());
            for (Box other : layout.nodes().subList(0, i)) {
                boolean apart = box.x() + box.width() <= other.x()
                        || other.x() + other.width() <= box.x()
                        || box.y() + box.height() <= other.y()
                        || other.y() + other.height() <= box.y();
                assertTrue(apart, box + " and " + other);
            }
        }
        for (int i = 0; i < graph.edges().size(); i++) {
            Edge edge = graph.edges().get(i);
            List<Point> corners = layout.edges().get(i);
            Box from = layout.nodes().get(edge.from());
            Box to = layout.nodes().get(edge.to());
            Point start = corners.get(0);
            Point end = corners.get(corners.size() - 1);
            assertTrue(from.y() + from.height() < to.y(), edge.toString());
            assertEquals(from.y() + from.height(), start.y(), 0.1, edge.toString());
            assertEquals(to.y(), end.y(), 0.1, edge.toString());
            assertTrue(start.x() > from.x() && start.x() < from.x() + from.width(), edge.toString());
            assertTrue(end.x() > to.x() && end.x() < to.x() + to.width(), edge.toString());
        }
    }

    @Test
    void theAdjointStepsAreBelowThePrimalOnesAlsoWhenNoEdgeLeadsThere() {
        ProgramBuilder linear = new ProgramBuilder();
        linear.output("loss", linear.parameter("W", 2, 3).sum());
        assertAdjointBelowPrimal(Reverse.gradient(linear.build(), "loss"));
        assertAdjointBelowPrimal(gradient(2));
    }

    private static void assertAdjointBelowPrimal(Program gradient) {
        ComputationalGraph graph = ComputationalGraph.of(gradient);
        List<Box> boxes = layout(graph).nodes();
        double bottom = 0;
        double top = Double.MAX_VALUE;
        for (int i = 0; i < boxes.size(); i++) {
            switch (graph.nodes().get(i).kind()) {
                case PRIMAL ->
                    bottom = Math.max(bottom, boxes.get(i).y() + boxes.get(i).height());
                case ADJOINT -> top = Math.min(top, boxes.get(i).y());
                case PARAMETER, INPUT, OUTPUT -> {}
            }
        }
        assertTrue(bottom < top, bottom + " and " + top);
    }

    @Test
    void layersAreNumberedFromTheTopAndInputsAreJustAboveTheirFirstReader() {
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.input("x", 1, 1);
        Value y = builder.input("y", 1, 1);
        builder.input("unread", 1, 1);
        Value slow = x.tanh().tanh().tanh();
        Value sum = slow.add(y.exp());
        builder.output("sum", sum);
        builder.output("y", y);
        builder.output("x", x.log());
        // x, y, unread; tanh, tanh, tanh, exp, add, log; the outputs
        assertArrayEquals(
                new int[] {0, 2, 0, 1, 2, 3, 3, 4, 1, 5, 3, 2}, GraphLayers.of(ComputationalGraph.of(builder.build())));
    }

    private static GraphLayout layout(ComputationalGraph graph) {
        List<Size> sizes = new ArrayList<>();
        graph.nodes().forEach(node -> sizes.add(new Size(40 + 7 * node.text().length(), 40)));
        return GraphLayout.of(graph, sizes);
    }

    private static Program gradient(int layers) {
        Network network = Network.predicting(
                3, 1, 4, Collections.nCopies(layers, new Affine(5, Activation.TANH)), Optional.empty());
        return network.objective(BatchShape.dense(8), 1).gradient();
    }
}
