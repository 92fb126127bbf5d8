/**
 * Differentiable programs: programs are data, and derivatives are programs.
 *
 * <p>Read in this order: {@link dev.adjoint.autodiff.Op} (a primitive operation with its rules in one place), {@link
 * dev.adjoint.autodiff.Value} (how operations are written down), {@link dev.adjoint.autodiff.Program} (straight-line steps in
 * single assignment), {@link dev.adjoint.autodiff.Reverse} and {@link dev.adjoint.autodiff.Forward} (a program in, the
 * program of its derivative out), {@link dev.adjoint.autodiff.Execution} (a program laid over one arena, run many times).
 *
 * <pre>{@code
 * ProgramBuilder net = new ProgramBuilder();
 * Value w = net.parameter("W", 3, 2);
 * Value x = net.input("x", 5, 3);
 * net.output("loss", x.matmul(w).tanh().sum());
 * Program gradient = Reverse.gradient(net.build(), "loss");   // has the outputs "loss" and "d loss / d W"
 * Execution<float[]> run = Execution.float32(gradient);
 * }</pre>
 *
 * <p>Values are recorded in one of two places. A {@code ProgramBuilder} computes nothing: its program is differentiated as a
 * whole and run many times, which is how nets are trained. A {@link dev.adjoint.autodiff.Tape} computes each step at once, so
 * plain Java control flow works on it. Both share the operations and the sweeps; {@link dev.adjoint.autodiff.Jacobian} and
 * {@link dev.adjoint.autodiff.Hessian} are compositions of the two modes.
 *
 * <p>Invariants. A program is checked once, while it is built: no shape error can come from a run. A run allocates
 * nothing. The rules of an operation are written in operations, so derivatives of any order exist. No transformation recurs
 * into a graph, and each takes time in proportion to its steps.
 *
 * <p>Decisions.
 *
 * <ul>
 *   <li>The two rules of an operation are asked for one operand at a time, and both take a direction (a tangent, an
 *       adjoint) and give its image. The rules so have the same form, need no symbolic zeros, and a rule whose result
 *       nobody uses is never asked for: reverse mode follows only what depends on the parameters.
 *   <li>What can be said in terms of other operations is a method of {@code Value} or {@code Losses} and no operation: gelu,
 *       batch normalisation, the means, the Huber loss. It is an operation where a kernel of its own keeps digits (softmax
 *       with its kin, the cross-entropies) or saves a pass over memory.
 *   <li>A recorder looks whether an operation stands there already on the same operands: rules are written for readers, and
 *       repeat what others compute.
 *   <li>Where a derivative is not defined one is chosen: 0 for relu and the absolute value at 0, the slope for a leaky relu;
 *       of several equal largest elements each gets an equal share. What {@code where} did not take gets 0.
 *   <li>Operations are nested records in a few files by subject, since a reader compares neighbours; they are not
 *       public, since {@link dev.adjoint.autodiff.Value} has a method for each. It is a long class of short methods; two
 *       classes would make users ask which of them has the function. A package of their own is set aside: values record
 *       operations and their rules compute with values, so the two packages would need each other.
 *   <li>The functions of one number are one operation, and so are those of two: their kernels are tables, and their
 *       derivatives are a table each, in which the compiler misses a function that has no line.
 *   <li>Rewrites take a program and give one: {@code DeadSteps} after a transformation, {@code SparseProducts} whenever a
 *       program is built, so that what is differentiated, run and shown is the same. A tape has no program to rewrite: on
 *       it a matrix of entries is a matrix as any other.
 *   <li>{@link dev.adjoint.autodiff.Program#digest} goes over data and never over text. It leaves out where the primal ends,
 *       which changes nothing that is computed.
 *   <li>Set aside: a tape of closures in the hot loop (allocates in each step, finds shape errors on executors, cannot be
 *       printed); reverse rules that write arrays (a second kind of code beside the kernels, and no second order).
 * </ul>
 *
 * <p>It must not know Spark, files, or what a training loop is.
 */
@NullMarked
package dev.adjoint.autodiff;

import org.jspecify.annotations.NullMarked;
