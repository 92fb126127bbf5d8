/**
 * The training loop: what a training is between two rounds, what becomes of a round's sum, and who is told.
 *
 * <p>Read {@link dev.adjoint.driver.training.Trainer} first (one round, and then the next), then {@link
 * dev.adjoint.driver.training.Algorithm} (what the shards do in a round, and what becomes of the sum: {@code SynchronousSgd},
 * {@code LocalSgd}, {@code FullBatchLbfgs}), {@link dev.adjoint.driver.training.TrainingState} and {@link
 * dev.adjoint.driver.training.TrainingListener}; {@code Stretch} is many rounds that the executors make by themselves; {@link dev.adjoint.driver.training.Ending} says when it is over, {@link
 * dev.adjoint.driver.training.Health} how the layers are. Who computes a round's sum is the matter of {@link dev.adjoint.driver.rounds}.
 *
 * <p>Invariants. All state is in {@link dev.adjoint.driver.training.TrainingState}, on the driver; executors hold only data and
 * copies, so any of them may be lost. There is one division, in the step. A listener changes nothing of a training but its end.
 *
 * <p>Decisions.
 *
 * <ul>
 *   <li>Rounds that stay in the executors come in stretches of a second, and end where an epoch does or a checkpoint is due: between
 *       two, all state is on the driver, as between two rounds of jobs. A round whose sum is not finite ends the stretch before it, and
 *       the driver makes it by a job: what diverges is found, and rolled back, in one way.
 *   <li>A minibatch is the next {@code batch-size} places of the epoch's order; place {@code p} is in shard {@code p mod S},
 *       and each shard goes through its own rows in an order drawn anew for each epoch. So every minibatch takes equally
 *       from all shards, every row comes once an epoch, and the rows of a round are a function of (seed, step).
 *   <li>A round whose sum is not finite changes nothing: it is computed once more, shard by shard, to say where it went wrong.
 *       A rollback goes to the end of the best epoch, and the next one to the beginning, since the state of a run that is about
 *       to diverge is finite for some epochs, and of no use. Set aside: the beginning of the epoch, from which a test with
 *       200 rollbacks never recovered.
 *   <li>Listeners are told by the thread that trains, one after the other, since it is the parameters' only writer: a checkpoint
 *       is written from the very vectors. A copy for a thread beside it would cost as much as writing does on most file systems.
 *   <li>The best epoch's vectors are copied when it ends; they are what a rollback goes back to and what {@code model.keep = best}
 *       saves, and stand in the checkpoints, so a resumed training keeps the same model.
 *   <li>The layers are looked at by running the net once more, on the driver and on a few rows of the first shard, and not in the
 *       tasks, whose memory for what is between two layers is used again by the next: looking there would cost every round.
 * </ul>
 *
 * <p>It must not know files.
 */
@NullMarked
package dev.adjoint.driver.training;

import org.jspecify.annotations.NullMarked;
