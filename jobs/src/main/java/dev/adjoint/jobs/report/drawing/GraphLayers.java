package dev.adjoint.jobs.report.drawing;

import dev.adjoint.autodiff.show.ComputationalGraph;
import dev.adjoint.autodiff.show.ComputationalGraph.Edge;
import dev.adjoint.autodiff.show.ComputationalGraph.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The layers of a computational graph, 0 at the top: a node's number is larger than those of its operands, and those of
 * the adjoint steps are larger than those of the primal ones.
 */
final class GraphLayers {
    private final ComputationalGraph graph;
    private final List<List<Integer>> operands = new ArrayList<>();
    private final List<List<Integer>> readers = new ArrayList<>();
    private final int[] layers;

    private GraphLayers(ComputationalGraph graph) {
        this.graph = graph;
        layers = new int[graph.nodes().size()];
        for (int i = 0; i < layers.length; i++) {
            operands.add(new ArrayList<>());
            readers.add(new ArrayList<>());
        }
        for (Edge edge : graph.edges()) {
            operands.get(edge.to()).add(edge.from());
            readers.get(edge.from()).add(edge.to());
        }
    }

    /** The layer of each node. */
    static int[] of(ComputationalGraph graph) {
        GraphLayers layers = new GraphLayers(graph);
        int top = layers.down(Kind.PRIMAL, 1);
        layers.down(Kind.ADJOINT, top);
        layers.up();
        for (int i = 0; i < layers.layers.length; i++) {
            if (layers.kind(i) == Kind.OUTPUT) {
                layers.layers[i] = layers.belowOperands(i);
            }
        }
        return layers.layers;
    }

    /** The steps of one kind as far up as their operands let them, from {@code top} on; the first layer below them all. */
    private int down(Kind kind, int top) {
        int below = top;
        for (int i = 0; i < layers.length; i++) {
            if (kind(i) == kind) {
                layers[i] = Math.max(top, belowOperands(i));
                // One more for an output.
                below = Math.max(below, layers[i] + 2);
            }
        }
        return below;
    }

    /** Then inputs and steps as far down as those of their part that read them: what belongs together is together. */
    private void up() {
        for (int i = layers.length - 1; i >= 0; i--) {
            int first = Integer.MAX_VALUE;
            for (int reader : readers.get(i)) {
                if (kind(reader).isStep() && (kind(reader) == kind(i) || !kind(i).isStep())) {
                    first = Math.min(first, layers[reader]);
                }
            }
            if (first < Integer.MAX_VALUE) {
                layers[i] = first - 1;
            }
        }
    }

    private int belowOperands(int node) {
        int layer = 0;
        for (int operand : operands.get(node)) {
            layer = Math.max(layer, layers[operand] + 1);
        }
        return layer;
    }

    private Kind kind(int node) {
        return graph.nodes().get(node).kind();
    }
}
