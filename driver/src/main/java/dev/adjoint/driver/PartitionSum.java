package dev.adjoint.driver;

import dev.adjoint.worker.GradientSum;
import dev.adjoint.worker.Replica;
import dev.adjoint.worker.Shard;
import dev.adjoint.worker.TreeSum;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;

/** The sums of a run of shards, as far as they are complete, and how long it took to compute them. */
record PartitionSum(List<TreeSum.Node<GradientSum>> nodes, long computeNanos) implements Serializable {
    /** Computes the gradient at {@code parameters} of the rows that {@code round} takes of each shard. */
    static PartitionSum of(Iterator<Shard> shards, Replica replica, float[] parameters, Round round) {
        long start = System.nanoTime();
        replica.load(parameters);
        TreeSum<GradientSum> tree = new TreeSum<>();
        while (shards.hasNext()) {
            Shard shard = shards.next();
            GradientSum sum = new GradientSum();
            replica.addGradient(shard, round.order(shard), round.from(shard), round.to(shard), sum);
            tree.add(shard.index(), sum);
        }
        return new PartitionSum(tree.nodes(), System.nanoTime() - start);
    }
}
