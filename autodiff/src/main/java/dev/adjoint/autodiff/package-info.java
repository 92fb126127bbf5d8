/**
 * Differentiable programs: programs are data, and derivatives are programs.
 *
 * <p>Read in this order: {@link dev.adjoint.autodiff.Op} (a primitive operation with its rules in one place), {@link
 * dev.adjoint.autodiff.Program} (straight-line steps in single assignment), {@link dev.adjoint.autodiff.Reverse} and
 * {@link dev.adjoint.autodiff.Forward} (a program in, the program of its derivative out), {@link
 * dev.adjoint.autodiff.Execution} (a program laid over one arena, run many times).
 *
 * <pre>{@code
 * ProgramBuilder net = new ProgramBuilder();
 * Value w = net.parameter("W", 3, 2);
 * Value x = net.input("x", 5, 3);
 * net.output("loss", x.matmul(w).tanh().sum());
 * Program gradient = Reverse.gradient(net.build(), "loss");   // has the outputs "loss" and "d loss / d W"
 * Execution run = new Execution(gradient);
 * }</pre>
 *
 * <p>Invariants. A program is checked once, while it is built: no shape error can come from a run. A run allocates
 * nothing. The rules of an operation are written in operations, so derivatives of any order exist.
 *
 * <p>Decisions.
 *
 * <ul>
 *   <li>The two rules of an operation are asked for one operand at a time, and both take a direction (a tangent, an
 *       adjoint) and give its image. The rules so have the same form, need no symbolic zeros, and a rule whose result
 *       nobody uses is dropped by {@code DeadSteps} together with everything that only it needed: the adjoint of the
 *       input data is never computed.
 *   <li>Operations are nested records in a few files by subject, since a reader compares neighbours; they are not
 *       public, since {@link dev.adjoint.autodiff.Value} has a method for each.
 *   <li>Set aside: a tape of closures in the hot loop (allocates in each step, finds shape errors on executors, cannot be
 *       printed); reverse rules that write arrays (a second kind of code beside the kernels, and no second order).
 * </ul>
 *
 * <p>It must not know Spark, files, or what a training loop is.
 */
@NullMarked
package dev.adjoint.autodiff;

import org.jspecify.annotations.NullMarked;
