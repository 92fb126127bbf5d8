/**
 * Whether derivatives are right, for programs with operations, layers or losses of one's own.
 *
 * <p>Read {@link dev.adjoint.autodiff.check.GradientCheck}. It uses nothing of the programs but what is public.
 */
@NullMarked
package dev.adjoint.autodiff.check;

import org.jspecify.annotations.NullMarked;
