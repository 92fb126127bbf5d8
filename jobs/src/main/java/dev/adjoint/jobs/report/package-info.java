/**
 * What commands show: progress lines, tables, summaries.
 *
 * <p>Read {@link dev.adjoint.jobs.report.Progress} (a training as it runs) and {@link dev.adjoint.jobs.report.Summary} (what it came
 * to, as JSON). Pictures of programs are drawn in {@link dev.adjoint.jobs.report.drawing}.
 *
 * <p>It must not know how commands are called.
 */
@NullMarked
package dev.adjoint.jobs.report;

import org.jspecify.annotations.NullMarked;
