/**
 * The training loop on Spark.
 *
 * <p>Read {@link dev.adjoint.driver.Trainer} first (one round, and then the next), then {@code Algorithm} (what the shards
 * do in a round, and what becomes of the sum: {@code SynchronousSgd}, {@code LocalSgd}) and {@link dev.adjoint.driver.Checkpoints}
 * (what is kept of it). Who computes a round's sum is the matter of {@link dev.adjoint.rounds}; {@link
 * dev.adjoint.driver.CostModel} says what a round costs before it is run.
 *
 * <p>Invariants. All state is in {@link dev.adjoint.checkpoint.TrainingState}, on the driver; executors hold only data and
 * copies, so any of them may be lost. There is one division, here.
 *
 * <p>Decisions.
 *
 * <ul>
 *   <li>A minibatch is the next {@code batch-size} places of the epoch's order; place {@code p} is in shard {@code p mod S},
 *       and each shard goes through its own rows in an order drawn anew for each epoch. So every minibatch takes equally
 *       from all shards, every row comes once an epoch, and the rows of a round are a function of (seed, step).
 *   <li>A round whose sum is not finite changes nothing: it is computed once more, shard by shard, to say where it went wrong.
 *       A rollback goes to the end of the best epoch, and the next one to the beginning, since the state of a run that is about
 *       to diverge is finite for some epochs, and of no use. Set aside: the beginning of the epoch, from which a test with
 *       200 rollbacks never recovered.
 *   <li>Checkpoints are written by the thread that trains, since it is the parameters' only writer; a copy for a writer beside
 *       it would cost as much as writing does on most file systems.
 * </ul>
 */
@NullMarked
package dev.adjoint.driver;

import org.jspecify.annotations.NullMarked;
