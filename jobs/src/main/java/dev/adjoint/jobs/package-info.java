/**
 * The command line: {@code init}, {@code data}, {@code find-rate}, {@code train}, {@code evaluate}, {@code predict},
 * {@code explain}, {@code gradcheck}, {@code graph}.
 *
 * <p>Read {@link dev.adjoint.jobs.Main} first, then {@link dev.adjoint.jobs.TrainCommand} (the whole of a training, top to
 * bottom) and {@link dev.adjoint.jobs.config.JobConfig} (what a job file says).
 *
 * <p>Contracts. Progress and messages go to stderr; the last line of stdout is one JSON object, but for {@code graph} without
 * an output, which prints the program. Exit codes: 0 done, 1 a check did not pass, 2 wrong
 * usage or configuration, 3 unusable data or model, 4 failed while it ran. A message says what was expected, what came and
 * what to do; a stack trace is shown with {@code --verbose} only.
 *
 * <p>Every key of a job file and its default stand in {@link dev.adjoint.driver.settings.Keys}; nowhere else.
 */
@NullMarked
package dev.adjoint.jobs;

import org.jspecify.annotations.NullMarked;
