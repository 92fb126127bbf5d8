package dev.adjoint.worker;

import dev.adjoint.autodiff.kernel.Crew;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a shard's sum is not a finite number.
 *
 * @param loss whether it is the loss
 * @param first the first number of the vector that is not finite, -1 when all are
 * @param last the last one
 */
public record NotFinite(int shard, boolean loss, int first, int last) implements Serializable {
    /** Does a round's work once more, and looks at each shard's sum. */
    public record Search(RoundWork work) implements Work<Begin, Found> {
        @Override
        public Begin copy(Begin begin) {
            return begin.copy();
        }

        @Override
        public ShardWork<Begin, Found> layOut(Crew crew) {
            ShardWork<Begin, WeightedSum> again = work.layOut(crew);
            return begin -> {
                TreeSum.OfShard<Chunk, WeightedSum> sums = again.begin(begin);
                return (shard, chunks) -> {
                    WeightedSum sum = sums.sum(shard, chunks);
                    Found found = look(shard, sum);
                    again.recycle(sum);
                    return found;
                };
            };
        }
    }

    /** What was found in some shards, in their order. */
    public record Found(ArrayList<NotFinite> shards) implements Sum<Found>, Serializable {
        @Override
        public void add(Found right) {
            shards.addAll(right.shards);
        }
    }

    private static Found look(int shard, WeightedSum sum) {
        float[] vector = sum.vector();
        int first = -1;
        int last = -1;
        for (int i = 0; i < vector.length; i++) {
            if (!Float.isFinite(vector[i])) {
                first = first < 0 ? i : first;
                last = i;
            }
        }
        boolean loss = !Double.isFinite(sum.loss());
        boolean all = !loss && first < 0;
        return new Found(new ArrayList<>(all ? List.of() : List.of(new NotFinite(shard, loss, first, last))));
    }
}
