/**
 * The training loop on Spark.
 *
 * <p>Read {@link dev.adjoint.driver.Trainer} first (one round, and then the next), then {@code Algorithm} (what the shards
 * do in a round, and what becomes of the sum: {@code SynchronousSgd}, {@code LocalSgd}), {@code Rounds} (who does it: {@code
 * ClusterRounds} by a Spark job, {@code LocalRounds} by threads where everything is in one JVM) and {@code Reduction} (how a
 * job's sums are added). {@link dev.adjoint.driver.CostModel} says what a round costs before it is run.
 *
 * <p>Invariants. All state is in {@link dev.adjoint.checkpoint.TrainingState}, on the driver; executors hold only data and
 * copies, so any of them may be lost. The parameters are broadcast as a fresh copy, since in local mode tasks see the very
 * array, and a broadcast is destroyed when its round is over. Sums over shards follow one fixed tree. There is one
 * division, here.
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
 *   <li>In local mode, where all shards are cached in memory, a round is no Spark job: threads of the driver compute it on the
 *       shards in Spark's cache. The bits are those of a job a round. Set aside: tasks that wait for round after round inside
 *       one job, which hold the cores that an evaluation needs.
 *   <li>A minibatch is the next {@code batch-size} places of the epoch's order; place {@code p} is in shard {@code p mod S},
 *       and each shard goes through its own rows in an order drawn anew for each epoch. So every minibatch takes equally
 *       from all shards, every row comes once an epoch, and the rows of a round are a function of (seed, step).
 *   <li>A round whose sum is not finite changes nothing: it is computed once more, shard by shard, to say where it went wrong.
 *       A rollback goes to the end of the best epoch, and the next one to the beginning, since the state of a run that is about
 *       to diverge is finite for some epochs, and of no use. Set aside: the beginning of the epoch, from which a test with
 *       200 rollbacks never recovered.
 *   <li>Checkpoints are written by the thread that trains, since it is the parameters' only writer; a copy for a writer beside
 *       it would cost as much as writing does on most file systems.
 *   <li>What travels each round has a Kryo serializer of its own ({@link dev.adjoint.driver.AdjointRegistrator}); what
 *       travels once goes by Java serialization. Nothing here needs Kryo to be on.
 * </ul>
 */
@NullMarked
package dev.adjoint.driver;

import org.jspecify.annotations.NullMarked;
