/**
 * What a training will cost, before anyone runs it.
 *
 * <p>Read {@link dev.adjoint.driver.plan.CostModel}: bytes and memory are exact, seconds are a model with the constants of {@link
 * dev.adjoint.driver.plan.ClusterRates}.
 *
 * <p>It must not run anything on a cluster.
 */
@NullMarked
package dev.adjoint.driver.plan;

import org.jspecify.annotations.NullMarked;
