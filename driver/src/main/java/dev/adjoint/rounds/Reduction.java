package dev.adjoint.rounds;

import dev.adjoint.data.ShardedData;
import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.Slices;
import dev.adjoint.worker.TreeSum;
import dev.adjoint.worker.WeightedSum;
import java.util.List;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/** Adds up what the tasks of a round came to: along the tree of shards, which gives the same bits whoever adds, or not. */
public interface Reduction {
    /** Runs the tasks; of the phases, what they computed and what the driver added. */
    Rounds.Result reduce(ShardedData data, RoundTask task);

    /**
     * Few numbers are added by the driver, and many by the executors: the driver can receive about as many a second as one
     * of them, so that collecting grows with the partitions, while a shuffle moves each number some four times and needs
     * another stage.
     *
     * @param length of a task's vector
     */
    static Reduction of(int length, int partitions) {
        boolean bearable = (long) length * partitions <= MOST_COLLECTED;
        boolean faster = (long) length * (partitions - 4) <= A_STAGE;
        return bearable && faster ? new Collected() : new Sliced(length, partitions);
    }

    /** Whether the executors add, where nothing was asked for. */
    static boolean isByExecutors(int length, int partitions) {
        return of(length, partitions) instanceof Sliced;
    }

    /** The one that was asked for. */
    static Reduction of(ReductionKind kind, int length, int partitions) {
        return switch (kind) {
            case AUTO -> of(length, partitions);
            case IN_ORDER -> new Collected();
            case SLICED -> new Sliced(length, partitions);
            case TREE_AGGREGATE -> new TreeAggregated();
        };
    }

    /** 256 megabytes of a round's sums, a quarter of what Spark lets a job return. */
    long MOST_COLLECTED = 1 << 26;

    /** So many numbers the driver receives and adds in the time that another stage takes. */
    long A_STAGE = 1 << 23;

    /** The driver receives every task's sum. */
    record Collected() implements Reduction {
        @Override
        public Rounds.Result reduce(ShardedData data, RoundTask task) {
            PartitionSum[] sums = new PartitionSum[data.chunks().getNumPartitions()];
            data.chunks()
                    .context()
                    .runJob(
                            data.chunks().rdd(),
                            task,
                            scala.collection.immutable.Range$.MODULE$.apply(0, sums.length),
                            new Place(sums),
                            ClassTag$.MODULE$.apply(PartitionSum.class));
            return total(List.of(sums), data.shardCount());
        }
    }

    /** Puts what a partition came to at its place, whatever finished first. */
    final class Place extends AbstractFunction2<Object, PartitionSum, BoxedUnit> {
        private final PartitionSum[] sums;

        Place(PartitionSum[] sums) {
            this.sums = sums;
        }

        @Override
        public BoxedUnit apply(Object partition, PartitionSum sum) {
            sums[(Integer) partition] = sum;
            return BoxedUnit.UNIT;
        }
    }

    /** The total along the tree, of what the runs of shards came to. */
    static Rounds.Result total(List<PartitionSum> inOrder, int shards) {
        long start = System.nanoTime();
        TreeSum<WeightedSum> tree = new TreeSum<>((left, right) -> left.add(right, Slices.PARALLEL));
        long longest = 0;
        for (PartitionSum partition : inOrder) {
            partition.nodes().forEach(tree::add);
            longest = Math.max(longest, partition.computeNanos());
        }
        return new Rounds.Result(tree.total(shards), new Phases(0, longest, 0, System.nanoTime() - start, 0));
    }
}
