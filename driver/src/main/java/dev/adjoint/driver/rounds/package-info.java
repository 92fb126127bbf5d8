/**
 * One pass over all shards: what the driver sends to them, and the sum of what they send back. A round of a training, an
 * evaluation and a diagnosis are passes.
 *
 * <p>Read {@link dev.adjoint.driver.rounds.Pass} first (who computes: {@code JobPass} by a Spark job, {@code ThreadPass} by
 * threads where everything is in one JVM), then {@link dev.adjoint.driver.rounds.Reduction} (how a job's sums are added: {@code
 * Collected}, {@code Sliced}).
 *
 * <p>Invariants. What a pass begins with is broadcast as a fresh copy, since in local mode tasks see the very array, and a broadcast is
 * destroyed when its pass is over; so are a round's shuffle files. Sums over shards follow one fixed tree, so their bits do not
 * depend on who computes, or on what finishes first.
 *
 * <p>Decisions.
 *
 * <ul>
 *   <li>Sums are added along the tree of shards, whatever finished first; Spark's {@code treeAggregate} merges in the order
 *       in which tasks finish, and the sum of floats then has other bits each time. Few numbers (parameters times
 *       partitions) are collected by the driver; of many, each slice of the vector is added by one executor. {@code Reduction}
 *       has the rule.
 *   <li>What a job runs is a named class, handed to {@code SparkContext.runJob} as it is. Given a lambda, Spark reads class
 *       files in every job to see what it captures: a round without work took 10.7 ms with 540,000 parameters on two cores
 *       and 7.4 ms with 35, and takes 7.2 ms and 3.0 ms.
 *   <li>One task a core, with one BLAS thread each. One task with two threads had 147 GFLOP/s at 64 rows and 172 at 1024 on
 *       784-512-256-10, two tasks with one thread 158 and 183: products are split better by rows than inside.
 *   <li>Threads of the driver that are more than the shards help in one of them: a batch of 32 is one shard, and steps of it went
 *       from 15,400 examples a second to 24,000 (18,100 to 29,900) on two cores. They wait for each other by spinning, since a step has some thirty
 *       waits and to be woken takes fifty microseconds.
 *   <li>Between two passes the same threads go over the vectors, each over the elements that it had before: once to add up and see
 *       that all is finite, once to make the step. Set aside: both at once, which would read the sum once less; but a step that
 *       turns out to be none would have been made in part, and what clips by the norm needs the whole sum first.
 *   <li>In local mode, where all shards are cached in memory, a round is no Spark job: threads of the driver compute it on the
 *       shards in Spark's cache. The bits are those of a job a round. One job stands for them all, so that cancelling it, its group
 *       or all jobs ends a training here too ({@code StandInJob}). Set aside: tasks that wait for round after round inside
 *       one job, which hold the cores that an evaluation needs.
 *   <li>Every task tells what arithmetic serves it ({@link dev.adjoint.driver.rounds.Numerics}), by an accumulator: an executor that
 *       joins later is noticed, which a job before the training cannot do.
 *   <li>What travels each round goes through Kryo, records by their components ({@link
 *       dev.adjoint.driver.rounds.RecordSerializer}); what travels once goes by Java serialization. Nothing here needs Kryo to be on.
 * </ul>
 *
 * <p>It must not know networks, optimisers or epochs' ends: a round is given.
 */
@NullMarked
package dev.adjoint.driver.rounds;

import org.jspecify.annotations.NullMarked;
