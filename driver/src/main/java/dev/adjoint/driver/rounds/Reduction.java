package dev.adjoint.driver.rounds;

import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.Sum;
import dev.adjoint.worker.Sweep;
import dev.adjoint.worker.TreeSum;
import dev.adjoint.worker.WeightedSum;
import java.util.List;
import scala.reflect.ClassTag$;

/**
 * Adds up what the tasks of a pass came to: along the tree of shards, which gives the same bits whoever adds, or not.
 *
 * @param <S> what is added
 */
public interface Reduction<S extends Sum<S>> {
    /** Runs the tasks; of the phases, what they computed and what the driver added. */
    <B> Pass.Result<S> reduce(ShardedData data, PassTask<B, S> task);

    /**
     * Few numbers are added by the driver, and many by the executors: the driver can receive about as many a second as one
     * of them, so that collecting grows with the partitions, while a shuffle moves each number some four times and needs
     * another stage.
     *
     * @param length of a task's vector
     */
    static boolean isByExecutors(int length, int partitions) {
        boolean bearable = (long) length * partitions <= MOST_COLLECTED;
        boolean faster = (long) length * (partitions - 4) <= A_STAGE;
        return !bearable || !faster;
    }

    /** The one that was asked for. */
    static Reduction<WeightedSum> of(ReductionKind kind, int length, int partitions) {
        return switch (kind) {
            case AUTO -> isByExecutors(length, partitions) ? new Sliced(length, partitions) : new Collected<>();
            case IN_ORDER -> new Collected<>();
            case SLICED -> new Sliced(length, partitions);
            case TREE_AGGREGATE -> new TreeAggregated();
        };
    }

    /** 256 megabytes of a round's sums, a quarter of what Spark lets a job return. */
    long MOST_COLLECTED = 1 << 26;

    /** So many numbers the driver receives and adds in the time that another stage takes. */
    long A_STAGE = 1 << 23;

    /** The driver receives every task's sum. */
    record Collected<S extends Sum<S>>() implements Reduction<S> {
        @Override
        public <B> Pass.Result<S> reduce(ShardedData data, PassTask<B, S> task) {
            @SuppressWarnings("unchecked") // Scala's array, in the order of the partitions
            PartitionSum<S>[] sums = (PartitionSum<S>[]) data.chunks()
                    .context()
                    .runJob(data.chunks().rdd(), task, ClassTag$.MODULE$.apply(PartitionSum.class));
            return total(List.of(sums), data.shardCount(), Sweep.PARALLEL);
        }
    }

    /** The total along the tree, of what the runs of shards came to. */
    static <S extends Sum<S>> Pass.Result<S> total(List<PartitionSum<S>> inOrder, int shards, Sweep sweep) {
        long start = System.nanoTime();
        TreeSum<S> tree = new TreeSum<>((left, right) -> {
            left.add(right, sweep);
            return left;
        });
        long longest = 0;
        for (PartitionSum<S> partition : inOrder) {
            partition.nodes().forEach(tree::add);
            longest = Math.max(longest, partition.computeNanos());
        }
        return new Pass.Result<>(tree.total(shards), new Phases(0, longest, 0, System.nanoTime() - start, 0));
    }
}
