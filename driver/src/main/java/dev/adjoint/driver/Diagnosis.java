package dev.adjoint.driver;

import dev.adjoint.data.ShardedData;
import dev.adjoint.model.Network;
import dev.adjoint.rounds.JobDescription;
import dev.adjoint.rounds.Workers;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.NotFinite;
import dev.adjoint.worker.Round;
import dev.adjoint.worker.ShardWork;
import dev.adjoint.worker.Snapshot;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;

/** Looks where a round went wrong: computes it once more, shard by shard. */
final class Diagnosis {
    private Diagnosis() {}

    /**
     * The shards whose sums are not finite, in words, with the parameters concerned; empty when all are, and only their
     * total is not.
     */
    static String of(
            JavaSparkContext context,
            Network network,
            Algorithm algorithm,
            Snapshot state,
            Round round,
            ShardedData data) {
        Broadcast<Workers> workers = context.broadcast(new Workers(algorithm.work()));
        Broadcast<Snapshot> snapshot = context.broadcast(state);
        try {
            List<NotFinite> all = JobDescription.during(context, "where it is not finite", () -> data.chunks()
                    .mapPartitions(new Task(workers, snapshot, round))
                    .collect());
            List<NotFinite> found = all.stream()
                    .sorted(Comparator.comparingInt(NotFinite::shard))
                    .toList();
            return found.isEmpty() ? "" : describe(found, network);
        } finally {
            workers.destroy();
            snapshot.destroy();
        }
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
        for (Network.Parameter parameter : network.parameters()) {
            at += parameter.size();
            if (index < at) {
                return parameter.name();
            }
        }
        throw new IndexOutOfBoundsException("parameter %d of %d".formatted(index, at));
    }

    private record Task(Broadcast<Workers> workers, Broadcast<Snapshot> state, Round round)
            implements FlatMapFunction<Iterator<Chunk>, NotFinite> {
        @Override
        public Iterator<NotFinite> call(Iterator<Chunk> chunks) {
            ShardWork worker = workers.value().borrow();
            worker.load(state.value());
            Iterator<NotFinite> found = NotFinite.find(chunks, worker, round).iterator();
            workers.value().giveBack(worker);
            return found;
        }
    }
}
