/**
 * What runs inside a task: packed examples in, a sum out. No Spark type.
 *
 * <p>Read {@link dev.adjoint.worker.Replica} first (parameters and rows to a {@link dev.adjoint.worker.GradientSum}), then
 * {@link dev.adjoint.worker.TreeSum} (why the result has the same bits everywhere).
 *
 * <p>Invariants. Sums travel with their weight and are never divided here. The sum over shards follows one fixed binary
 * tree over the shard numbers. Random choices are functions of (seed, stream, counter), never of a generator's history,
 * so a task that runs twice gives the same bits.
 *
 * <p>It must not know where shards come from or go to.
 */
@NullMarked
package dev.adjoint.worker;

import org.jspecify.annotations.NullMarked;
