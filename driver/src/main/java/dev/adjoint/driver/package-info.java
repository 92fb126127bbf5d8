/**
 * The face of the trainer: settings and data in, a model out.
 *
 * <p>Read {@link dev.adjoint.driver.Training} (the use case) and {@link dev.adjoint.driver.Trained} (what it comes to), then
 * {@link dev.adjoint.driver.ModelStore} (models on any file system) and {@link dev.adjoint.driver.Sessions} (Spark as suits it), {@link
 * dev.adjoint.driver.Draft} (settings that a data set suggests), {@link dev.adjoint.driver.RateRange} (a learning rate that it suggests).
 * The rooms behind it: {@link dev.adjoint.driver.settings} (the table of keys), {@link dev.adjoint.driver.data} (files to packed
 * shards), {@link dev.adjoint.driver.rounds} (one pass over all shards), {@link dev.adjoint.driver.training} (the loop), {@link
 * dev.adjoint.driver.checkpoint} (its state in files), {@link dev.adjoint.driver.plan} (what it will cost), {@link dev.adjoint.driver.ui} (its tab in Spark's UI), {@link
 * dev.adjoint.driver.metrics} (its metrics elsewhere).
 *
 * <p>Invariant: the command line, notebooks, tests and benchmarks train through the same door; none has a way of its own.
 *
 * <p>It must not know how commands look, nor print.
 */
@NullMarked
package dev.adjoint.driver;

import org.jspecify.annotations.NullMarked;
