package dev.adjoint.model;

import dev.adjoint.autodiff.ProgramBuilder;
import dev.adjoint.autodiff.Value;
import java.util.ArrayList;
import java.util.List;

/** Where a layer declares its parameters. Their names get the layer's number: {@code W} of the second layer is W2. */
public final class Scope {
    private final ProgramBuilder program;
    private final int number;
    private final Layer layer;
    private final List<Network.Parameter> parameters = new ArrayList<>();

    Scope(ProgramBuilder program, int number, Layer layer) {
        this.program = program;
        this.number = number;
        this.layer = layer;
    }

    /** A matrix of weights: it starts at random, see {@link Layer#initialBound}, and the penalty applies to it. */
    public Value weights(String name, int rows, int columns) {
        return declare(name, rows, columns, 0, layer.initialBound(rows, columns));
    }

    /** A row that starts at 0; the penalty leaves it out. */
    public Value bias(String name, int columns) {
        return constant(name, columns, 0);
    }

    /** A row that starts at {@code value}, such as a slope or a scale; the penalty leaves it out. */
    public Value constant(String name, int columns, double value) {
        return declare(name, 1, columns, value, 0);
    }

    /** {@code x W + b}. */
    public Value affine(Value x, int units) {
        return x.matmul(weights("W", x.columns(), units)).add(bias("b", units));
    }

    List<Network.Parameter> parameters() {
        return parameters;
    }

    private Value declare(String name, int rows, int columns, double start, double spread) {
        parameters.add(new Network.Parameter(name + number, rows, columns, start, spread));
        return program.parameter(name + number, rows, columns);
    }
}
