package dev.adjoint.driver.training;

import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.Purpose;
import dev.adjoint.model.Network;
import dev.adjoint.model.Parameter;
import dev.adjoint.worker.Begin;
import dev.adjoint.worker.NotFinite;
import dev.adjoint.worker.RoundWork;
import java.util.List;

/** Looks where a round went wrong: computes it once more, shard by shard. */
final class Diagnosis {
    private Diagnosis() {}

    /**
     * The shards whose sums are not finite, in words, with the parameters concerned; empty when all are, and only their
     * total is not.
     */
    static String of(Passes passes, Network network, RoundWork work, Begin begin, ShardedData data)
            throws InterruptedException {
        Purpose purpose = new Purpose(
                Purpose.Phase.DIAGNOSIS, begin.round().epoch(), begin.step() + 1, () -> "where it is not finite");
        List<NotFinite> found =
                passes.once(new NotFinite.Search(work), data, begin, purpose).shards();
        return found.isEmpty() ? "" : describe(found, network);
    }

    private static String describe(List<NotFinite> found, Network network) {
        NotFinite first = found.get(0);
        String shards =
                "shard " + first.shard() + (found.size() == 1 ? "" : " and %d more".formatted(found.size() - 1));
        if (first.first() < 0) {
            return "in %s, of the loss alone".formatted(shards);
        }
        int parameters = network.parameterCount();
        String from = parameter(network, first.first() % parameters);
        String to = parameter(network, first.last() % parameters);
        return "in %s, %s".formatted(shards, from.equals(to) ? "at " + from : "from %s to %s".formatted(from, to));
    }

    private static String parameter(Network network, int index) {
        int at = 0;
        for (Parameter parameter : network.parameters()) {
            at += parameter.size();
            if (index < at) {
                return parameter.name();
            }
        }
        throw new IndexOutOfBoundsException("parameter %d of %d".formatted(index, at));
    }
}
