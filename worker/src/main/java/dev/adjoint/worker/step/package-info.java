/**
 * A step: what becomes of the parameters once the gradient is known.
 *
 * <p>Read {@link dev.adjoint.worker.step.Descent} first (a step with all parameters), then {@link
 * dev.adjoint.worker.step.Optimiser} (the rule) and {@link dev.adjoint.worker.step.Schedule} (its rate).
 *
 * <p>Invariants. Each number of a parameter is updated by itself, so how a step is cut into pieces changes no bit; the one thing that
 * looks at all of them, the norm of the gradient, is known before ({@link dev.adjoint.worker.step.Descent#scale}). What a rule
 * keeps is vectors with names, and nothing else: those are what is sent, averaged and checkpointed.
 *
 * <p>Decision: a rule is written in kernels on tiles of an arena, since that is where a replica has its memory; the driver,
 * whose vectors are arrays of their own, copies tiles into one and out again. Set aside: a loop over arrays beside it, which was
 * as fast and was the same rule a second time.
 *
 * <p>{@link dev.adjoint.worker.step.Lbfgs} is no such rule, and stands here by its options and the names of its vectors alone.
 *
 * <p>It must not know programs, shards or Spark.
 */
@NullMarked
package dev.adjoint.worker.step;

import org.jspecify.annotations.NullMarked;
