/**
 * What one can do with Adjoint in a page of Java: a layer and a loss of one's own, a model that scores without Spark, and
 * automatic differentiation by itself.
 *
 * <p>{@link dev.adjoint.examples.GatedLayer} and {@link dev.adjoint.examples.FocalLoss} are given to a training by their
 * names; the others have a {@code main} and run with {@code scripts/example NAME}.
 *
 * <p>A module of its own, because its jar is what a user would bring to a training, and so that the library for charts stays
 * out of the product.
 */
@NullMarked
package dev.adjoint.examples;

import org.jspecify.annotations.NullMarked;
