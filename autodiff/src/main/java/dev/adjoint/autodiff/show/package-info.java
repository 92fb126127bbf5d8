/**
 * Programs for people: the table of a run's values and adjoints, pictures of the computational graph, and whether the
 * gradient is right.
 *
 * <p>Read {@link dev.adjoint.autodiff.show.Trace} first, then {@link dev.adjoint.autodiff.show.ComputationalGraph} (the
 * graph that every picture shows) with {@link dev.adjoint.autodiff.show.GraphvizDot} (its text for Graphviz), and {@link
 * dev.adjoint.autodiff.show.GradientCheck}, for programs with operations, layers or losses of one's own. A program's own
 * text is {@link dev.adjoint.autodiff.Program#toString}.
 *
 * <p>Invariants. What is shown is a function of the program, to the character: no addresses, no dates, no locale. Names are
 * data: whatever stands in one, it is shown and does not become markup.
 *
 * <p>Decisions. An output is a node of its own behind the value that it names, since a value may be several outputs, and an
 * input may be one. Placing the nodes is left to others (Graphviz, or a layout library in the command line), so that this
 * module needs neither.
 *
 * <p>It uses nothing of the programs but what is public, and computes no derivative by itself: what is shown is what the
 * transformations gave.
 */
@NullMarked
package dev.adjoint.autodiff.show;

import org.jspecify.annotations.NullMarked;
