/**
 * Job files: HOCON to settings.
 *
 * <p>Read {@link dev.adjoint.jobs.config.JobConfig}. The keys themselves are {@link dev.adjoint.driver.settings.Keys}.
 *
 * <p>Invariant: a job file may come from a stranger. It reaches for nothing outside of itself, and of Spark's keys it sets those
 * that name no class and no code.
 */
@NullMarked
package dev.adjoint.jobs.config;

import org.jspecify.annotations.NullMarked;
