package dev.adjoint.autodiff.show;

import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The computational graph of a program: a node for each input, step and output, an edge from each operand to the step that
 * reads it.
 *
 * @param nodes node {@code i} is the program's value {@code i}; after the values come the outputs, in order
 * @param edges by the node that they lead to, then in the order of its operands; an operand used twice has two
 */
public record ComputationalGraph(List<Node> nodes, List<Edge> edges) {
    /** What a node stands for, and the colours that tell it from the others, dark on light. */
    public enum Kind {
        /** A trainable input. */
        PARAMETER("#d6e6f8", "#2f6db3"),
        /** An input that carries data. */
        INPUT("#e6e9ee", "#5f6b7a"),
        /** A step of the program that was differentiated, or of one that was not. */
        PRIMAL("#fffdf5", "#5f6b7a"),
        /** A step that computes derivatives. */
        ADJOINT("#fdebd3", "#c98a3d"),
        /** A name under which a value can be read. */
        OUTPUT("#dcf2df", "#2f8a46");

        private final String fill;
        private final String line;

        Kind(String fill, String line) {
            this.fill = fill;
            this.line = line;
        }

        /** The colour inside, as {@code #rrggbb}. */
        public String fill() {
            return fill;
        }

        /** The colour of the outline and of the edges that lead there, as {@code #rrggbb}. */
        public String line() {
            return line;
        }

        /** Whether this is a step, and not an input or an output. */
        public boolean isStep() {
            return this == PRIMAL || this == ADJOINT;
        }
    }

    /**
     * An input, a step or an output.
     *
     * @param text a name, or for a step its formula, as the program prints it: {@code v3 = tanh(v2)}
     */
    public record Node(Kind kind, String text, Shape shape) {}

    /** The places of two nodes: the second reads the first. */
    public record Edge(int from, int to) {}

    public ComputationalGraph {
        nodes = List.copyOf(nodes);
        edges = List.copyOf(edges);
    }

    /** The graph of {@code program}. */
    public static ComputationalGraph of(Program program) {
        List<Node> nodes = new ArrayList<>();
        List<Edge> edges = new ArrayList<>();
        for (Program.Input input : program.inputs()) {
            nodes.add(new Node(input.isParameter() ? Kind.PARAMETER : Kind.INPUT, input.name(), input.shape()));
        }
        for (Program.Step step : program.steps()) {
            int value = nodes.size();
            boolean primal = value - program.inputs().size() < program.primalSteps();
            String formula = program.name(value) + " = " + program.formula(value);
            nodes.add(new Node(primal ? Kind.PRIMAL : Kind.ADJOINT, formula, step.shape()));
            step.operands().forEach(operand -> edges.add(new Edge(operand, value)));
        }
        for (Program.Output output : program.outputs()) {
            edges.add(new Edge(output.value(), nodes.size()));
            nodes.add(new Node(Kind.OUTPUT, output.name(), program.shape(output.value())));
        }
        return new ComputationalGraph(nodes, edges);
    }
}
