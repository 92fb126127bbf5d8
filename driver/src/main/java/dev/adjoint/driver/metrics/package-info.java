/**
 * Metrics of a training on their way out of the process.
 *
 * <p>Read {@link dev.adjoint.driver.metrics.MetricsListener} first (tells one destination of one training, and warns once where that
 * fails), then {@link dev.adjoint.driver.metrics.Destination} and those that implement it.
 *
 * <p>Invariant: no destination can end a training, change it, or hold it up for long.
 */
@NullMarked
package dev.adjoint.driver.metrics;

import org.jspecify.annotations.NullMarked;
