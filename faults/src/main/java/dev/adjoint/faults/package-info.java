/**
 * Faults on purpose: executors that die, stall, fail or forget at a place that a test names. Spark loads {@link
 * dev.adjoint.faults.FaultPlugin}; what trains knows nothing of it.
 *
 * <p>A place is (epoch and first example of the step, partition, phase, attempt). The suite beside this, {@code mvn verify
 * -Pfaults}, drives real executors, Masters, Workers and drivers into them, and asserts that the result has the same bits.
 */
@NullMarked
package dev.adjoint.faults;

import org.jspecify.annotations.NullMarked;
