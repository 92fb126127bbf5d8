/**
 * What training learned of a data set's columns, and how an example becomes a row of float32 by it.
 *
 * <p>Read {@link dev.adjoint.model.features.Features} (the columns) and {@link dev.adjoint.model.features.Label} first, then
 * {@link dev.adjoint.model.features.FeatureEncoder}, which applies them.
 *
 * <p>Invariant: encoding is a function of the example and of what is kept here alone, so a model scores with the same bits
 * wherever it is read.
 *
 * <p>It must not know networks, nor where examples come from.
 */
@NullMarked
package dev.adjoint.model.features;

import org.jspecify.annotations.NullMarked;
