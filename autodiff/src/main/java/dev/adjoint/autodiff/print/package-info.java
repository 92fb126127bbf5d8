/**
 * Programs for people: the table of a run, and pictures of the graph.
 *
 * <p>Read {@link dev.adjoint.autodiff.print.Trace} first. A program's own text is its {@code toString}.
 *
 * <p>It uses nothing of the programs but what is public, and must not compute derivatives by itself: what is shown is what
 * the transformations gave.
 */
@NullMarked
package dev.adjoint.autodiff.print;

import org.jspecify.annotations.NullMarked;
