/**
 * What runs inside a task: packed examples in, a sum out. No Spark type.
 *
 * <p>Read {@link dev.adjoint.worker.Work} first (what is computed of every shard), then {@link dev.adjoint.worker.RoundWork} (a
 * round of a training: sum gradients, or make steps of their own),
 * {@link dev.adjoint.worker.Replica} (parameters and rows to a {@link dev.adjoint.worker.WeightedSum}), {@link
 * dev.adjoint.worker.Round} (which rows), {@link dev.adjoint.worker.PartitionSum} (a task's round) and {@link
 * dev.adjoint.worker.TreeSum} (why the result has the same bits everywhere).
 *
 * <p>Invariants. Sums travel with their weight and are never divided here. The sum over shards follows one fixed binary
 * tree over the shard numbers. Random choices are functions of (seed, stream, counter), never of a generator's history,
 * so a task that runs twice gives the same bits.
 *
 * <p>Decisions.
 *
 * <ul>
 *   <li>A shard is {@link dev.adjoint.worker.Chunk}s of some 16 MB, so that one that does not fit in memory is read from disk
 *       piece by piece. Rows are shuffled within a chunk; the chunks of a shard come in order.
 *   <li>Rows are dense, or sparse: only the first product sees the difference, whose gradient is dense, since momentum and
 *       the penalty change every parameter in every step. Dense rows keep a code of each column with levels, from which its
 *       indicators are written into the batch: memory goes with the cells of the table.
 *   <li>The rows that a shard brings to a step go through one run of the program where there are 1024 or fewer ({@link
 *       dev.adjoint.worker.BatchShape}), and else through several of about the same size. What mixes rows, as batch
 *       normalisation does, so takes its statistics over the rows of a run: a part of the batch that depends on the data and the
 *       configuration alone ("ghost" batches, Hoffer et al. 2017). Statistics over all rows of a step would take a second round
 *       trip, and those over a task's rows would hang on the cluster.
 *   <li>{@link dev.adjoint.worker.Mixup} takes its pairs from those rows too, in their order of the epoch: others would have to be
 *       fetched, and within a chunk the order is random anyway. Each row has a share of its own, where the authors' code draws one a
 *       step: it costs nothing, and a step's gradient varies less. A row's weight goes with its loss and is not mixed into the other's,
 *       or rare classes that weigh more would lose what they were given.
 *   <li>Examples that a {@link dev.adjoint.worker.Curriculum} holds back have the weight 0, and are not left out: orders and steps
 *       would follow from it, and a resumed training from more than its step. Their share of a run's time is lost while it lasts.
 *   <li>What ranks all examples (ROC AUC, average precision) comes from a histogram of their scores, and not from the scores:
 *       those would have to be sorted in one place, or in buckets whose bounds hang on the data's partitions. Only an evaluation
 *       that asks for it pays: an epoch's has the loss and the hits, unless the training's {@link dev.adjoint.worker.Metric} needs more.
 *   <li>The loss of an evaluation is the program's sum over a batch; that of a group is added up row by row, so that rows of all
 *       groups run together in one pass.
 * </ul>
 *
 * <p>It must not know where shards come from or go to.
 */
@NullMarked
package dev.adjoint.worker;

import org.jspecify.annotations.NullMarked;
