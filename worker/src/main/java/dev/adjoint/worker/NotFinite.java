package dev.adjoint.worker;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What of a shard's sum is not a finite number.
 *
 * @param loss whether it is the loss
 * @param first the first number of the vector that is not finite, -1 when all are
 * @param last the last one
 */
public record NotFinite(int shard, boolean loss, int first, int last) implements Serializable {
    /** Does {@code work} once more on the rows that {@code round} takes of each shard, and looks at each sum. */
    public static List<NotFinite> find(Iterator<Chunk> chunks, ShardWork work, Round round) {
        List<NotFinite> found = new ArrayList<>();
        PartitionSum.RowsOfRound rows = new PartitionSum.RowsOfRound(work, round);
        new TreeSum<WeightedSum>().addShards(chunks, new TreeSum.OfShard<Chunk, WeightedSum>() {
            private int shard;

            @Override
            public void start() {
                rows.start();
            }

            @Override
            public void add(Chunk chunk) {
                shard = chunk.shard();
                rows.add(chunk);
            }

            @Override
            public WeightedSum finish() {
                WeightedSum sum = rows.finish();
                look(shard, sum, found);
                work.giveBack(sum);
                return new WeightedSum();
            }
        });
        return found;
    }

    private static void look(int shard, WeightedSum sum, List<NotFinite> found) {
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
        if (loss || first >= 0) {
            found.add(new NotFinite(shard, loss, first, last));
        }
    }
}
