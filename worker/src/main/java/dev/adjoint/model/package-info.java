/**
 * What a trained model is: a network, the preprocessing of its features and label, its parameters, and the two files
 * they are kept in.
 *
 * <p>Read {@link dev.adjoint.model.Model} first, then {@link dev.adjoint.model.Network} (an architecture to programs),
 * {@link dev.adjoint.model.Layer} and {@link dev.adjoint.model.Loss} (what a user may write), {@link
 * dev.adjoint.model.features.Features} (a raw example to a row of
 * float32, or to the entries of one), {@link dev.adjoint.model.ModelFiles} (the
 * format).
 *
 * <p>A model on disk is a directory with
 *
 * <ul>
 *   <li>{@code model.json}: {@code format} (the version of this layout, now 4), {@code network} ({@code inputs}, {@code
 *       layers}, {@code outputs}, {@code loss}), {@code features},
 *       {@code label}, {@code source} (how the training data was read) and {@code provenance} (for people);
 *   <li>{@code weights.safetensors}: the parameters as named float32 tensors, an affine layer's weights as {@code [in, out]}.
 * </ul>
 *
 * <p>Format 1 had {@code hidden} (widths) and {@code activation} (of all layers, or the name of a class) in place of {@code
 * layers}. Until format 2 nothing could be missing: numeric features had {@code means} and {@code deviations} alone,
 * a numeric label {@code mean} and {@code deviation}, the {@code type} of classes was one of three, and the {@code source} said
 * nothing of {@code texts} and {@code dialect}. Both are read still.
 *
 * <p>Decision: the package lives in the module of the worker, since scoring happens inside tasks, and a model must be
 * readable, and an example scored, where there is no Spark ({@link dev.adjoint.model.Scorer}): the module packs
 * adjoint-scorer.jar for that, 3 MB without OpenBLAS. Reading from other file systems than this machine's is the driver's
 * matter.
 *
 * <p>Decision: a model that reconstructs is a label without columns ({@link
 * dev.adjoint.model.features.Label.Reconstruction}), and its packed rows have no targets: a batch takes the features for them ({@link
 * dev.adjoint.worker.Chunk#writeTargets}). So networks and losses know nothing of it, and rows are not kept twice. Set aside: to
 * read the features where the loss is recorded, which would save a copy of each batch, and part the programs in two kinds.
 *
 * <p>Nothing here deserializes Java objects. A file may name a class of the user's for a layer or the loss: it must be on
 * the class path already, is refused before it is initialised unless it implements {@code Layer} or {@code Loss}, and is
 * made from numbers, flags, texts and constants alone. Set aside: keeping the recorded program in the file, which would need no class,
 * but a second form of every operation and a program for each number of rows.
 */
@NullMarked
package dev.adjoint.model;

import org.jspecify.annotations.NullMarked;
