package dev.adjoint.model;

import java.util.ArrayList;
import java.util.List;

/**
 * The layers at the beginning of a trained network that another one begins with as well: how a network that is to learn from few
 * labelled examples takes over what was learned of many without (Hinton and Salakhutdinov 2006).
 *
 * <p>Layers that work while training alone, as dropout and noise do, are passed over; the others are compared one by one, by
 * kind and options, up to the first that differs. The last affine layer is never taken, since it leads to other outputs.
 *
 * @param taken those that have parameters, first to last
 */
public record LeadingLayers(List<Taken> taken) {
    /** The number of a layer in the trained network and in the other one, from 1. */
    public record Taken(int from, int to) {}

    public LeadingLayers {
        taken = List.copyOf(taken);
    }

    /**
     * What two networks have in common; it may be nothing.
     *
     * @throws IllegalArgumentException when the networks take rows of different widths
     */
    public static LeadingLayers of(Network trained, Network other) {
        if (trained.inputs() != other.inputs()) {
            throw new IllegalArgumentException("networks of %d and of %d features have no layer in common"
                    .formatted(trained.inputs(), other.inputs()));
        }
        List<Integer> theirs = scoring(trained);
        List<Integer> own = scoring(other);
        List<Taken> taken = new ArrayList<>();
        for (int i = 0; i < Math.min(theirs.size(), own.size()); i++) {
            int from = theirs.get(i);
            int to = own.get(i);
            if (!trained.layers()
                    .get(from - 1)
                    .json()
                    .equals(other.layers().get(to - 1).json())) {
                break;
            }
            if (other.parameters().stream().anyMatch(parameter -> parameter.layer() == to)) {
                taken.add(new Taken(from, to));
            }
        }
        return new LeadingLayers(taken);
    }

    /** The numbers of the hidden layers that compute something while scoring. */
    private static List<Integer> scoring(Network network) {
        return network.observed().stream()
                .map(Network.Observed::number)
                .filter(number -> number <= network.layers().size())
                .toList();
    }

    /**
     * The initial parameters of the other network, with those that are taken in their places. Each of its members takes those of
     * the trained member of its number, and where there are fewer, of the first again.
     *
     * @param parameters of the trained network, flat
     * @param initial of the other one, flat, written to
     */
    public void copy(Network trained, float[] parameters, Network other, float[] initial) {
        for (int member = 0; member < other.members(); member++) {
            for (Taken layer : taken) {
                Stretch source = stretch(trained, member % trained.members(), layer.from);
                Stretch target = stretch(other, member, layer.to);
                System.arraycopy(parameters, source.from, initial, target.from, target.to - target.from);
            }
        }
    }

    private record Stretch(int from, int to) {}

    /** Where the parameters of a member's layer are, which follow each other. */
    private static Stretch stretch(Network network, int member, int layer) {
        int perMember = network.parameterCount() / network.members();
        int at = 0;
        int from = -1;
        int to = -1;
        for (Parameter parameter : network.parameters()) {
            int end = at + parameter.size();
            if (at / perMember == member && parameter.layer() == layer) {
                from = from < 0 ? at : from;
                to = end;
            }
            at = end;
        }
        return new Stretch(from, to);
    }
}
