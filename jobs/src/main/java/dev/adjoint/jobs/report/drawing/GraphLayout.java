package dev.adjoint.jobs.report.drawing;

import dev.adjoint.autodiff.show.ComputationalGraph;
import dev.adjoint.autodiff.show.ComputationalGraph.Edge;
import dev.adjoint.autodiff.show.ComputationalGraph.Kind;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.elk.alg.layered.LayeredLayoutProvider;
import org.eclipse.elk.alg.layered.options.LayeredOptions;
import org.eclipse.elk.alg.layered.options.LayeringStrategy;
import org.eclipse.elk.alg.layered.options.NodePlacementStrategy;
import org.eclipse.elk.core.data.LayoutMetaDataService;
import org.eclipse.elk.core.math.ElkPadding;
import org.eclipse.elk.core.options.Direction;
import org.eclipse.elk.core.options.EdgeRouting;
import org.eclipse.elk.core.util.NullElkProgressMonitor;
import org.eclipse.elk.graph.ElkBendPoint;
import org.eclipse.elk.graph.ElkEdge;
import org.eclipse.elk.graph.ElkEdgeSection;
import org.eclipse.elk.graph.ElkNode;
import org.eclipse.elk.graph.util.ElkGraphUtil;

/**
 * Where the nodes and edges of a computational graph are drawn, in pixels: in layers from top to bottom, each step below
 * its operands, the adjoint steps below the primal ones, edges along horizontal and vertical lines.
 *
 * <p>The layered method of Sugiyama, Tagawa and Toda (1981), as the Eclipse Layout Kernel has it, but for the layers, which
 * are {@link GraphLayers}: the library's, with the adjoint steps held below the primal ones, are not the same each time.
 *
 * @param nodes one for each node of the graph
 * @param edges for each edge of the graph its corners, first to last
 */
record GraphLayout(List<Box> nodes, List<List<Point>> edges, double width, double height) {
    /** Up to so many nodes the better of two placements is computed: it takes minutes, and much stack, for a few hundred. */
    private static final int SMALL = 150;

    record Size(double width, double height) {}

    /** Its upper left corner and its size. */
    record Box(double x, double y, double width, double height) {}

    record Point(double x, double y) {}

    /** Places the nodes of {@code graph}, which are of the given sizes; the same graph always in the same way. */
    static GraphLayout of(ComputationalGraph graph, List<Size> sizes) {
        ElkNode root = ElkGraphUtil.createGraph();
        configure(root, sizes.size());
        List<ElkNode> nodes = new ArrayList<>();
        int[] layers = GraphLayers.of(graph);
        double tallest = sizes.stream().mapToDouble(Size::height).max().orElse(0);
        for (Size size : sizes) {
            ElkNode node = ElkGraphUtil.createNode(root);
            node.setDimensions(size.width(), size.height());
            // Nodes that are side by side already are taken for a layer.
            node.setY(2 * tallest * layers[nodes.size()]);
            nodes.add(node);
        }
        List<ElkEdge> edges = new ArrayList<>();
        for (Edge edge : graph.edges()) {
            edges.add(edge(graph, edge, nodes));
        }
        // The algorithm clones values of its own types, and learns how when this is first asked for.
        LayoutMetaDataService.getInstance();
        new LayeredLayoutProvider().layout(root, new NullElkProgressMonitor());
        return new GraphLayout(
                nodes.stream().map(GraphLayout::box).toList(),
                edges.stream().map(GraphLayout::corners).toList(),
                root.getWidth(),
                root.getHeight());
    }

    private static void configure(ElkNode root, int nodes) {
        root.setProperty(LayeredOptions.DIRECTION, Direction.DOWN);
        root.setProperty(LayeredOptions.LAYERING_STRATEGY, LayeringStrategy.INTERACTIVE);
        root.setProperty(LayeredOptions.SEPARATE_CONNECTED_COMPONENTS, false);
        root.setProperty(LayeredOptions.EDGE_ROUTING, EdgeRouting.ORTHOGONAL);
        root.setProperty(
                LayeredOptions.NODE_PLACEMENT_STRATEGY,
                nodes <= SMALL ? NodePlacementStrategy.NETWORK_SIMPLEX : NodePlacementStrategy.BRANDES_KOEPF);
        root.setProperty(LayeredOptions.NODE_PLACEMENT_FAVOR_STRAIGHT_EDGES, true);
        root.setProperty(LayeredOptions.PADDING, new ElkPadding(0));
        root.setProperty(LayeredOptions.SPACING_NODE_NODE, 24.0);
        root.setProperty(LayeredOptions.SPACING_EDGE_NODE, 16.0);
        root.setProperty(LayeredOptions.SPACING_EDGE_EDGE, 10.0);
        root.setProperty(LayeredOptions.SPACING_NODE_NODE_BETWEEN_LAYERS, 36.0);
        root.setProperty(LayeredOptions.SPACING_EDGE_NODE_BETWEEN_LAYERS, 14.0);
        root.setProperty(LayeredOptions.SPACING_EDGE_EDGE_BETWEEN_LAYERS, 8.0);
    }

    /** Straight from step to step and output, so that the computation reads as a line, with its inputs beside it. */
    private static ElkEdge edge(ComputationalGraph graph, Edge edge, List<ElkNode> nodes) {
        ElkEdge drawn = ElkGraphUtil.createSimpleEdge(nodes.get(edge.from()), nodes.get(edge.to()));
        Kind from = graph.nodes().get(edge.from()).kind();
        Kind to = graph.nodes().get(edge.to()).kind();
        if (to == from || to == Kind.OUTPUT) {
            drawn.setProperty(LayeredOptions.PRIORITY_STRAIGHTNESS, 10);
        }
        return drawn;
    }

    private static Box box(ElkNode node) {
        return new Box(node.getX(), node.getY(), node.getWidth(), node.getHeight());
    }

    private static List<Point> corners(ElkEdge edge) {
        ElkEdgeSection section = edge.getSections().get(0);
        List<Point> corners = new ArrayList<>();
        corners.add(new Point(section.getStartX(), section.getStartY()));
        for (ElkBendPoint bend : section.getBendPoints()) {
            corners.add(new Point(bend.getX(), bend.getY()));
        }
        corners.add(new Point(section.getEndX(), section.getEndY()));
        return corners;
    }
}
