/**
 * What a training is between two rounds, and how it is kept so that it can go on from there.
 *
 * <p>Read {@link dev.adjoint.checkpoint.TrainingState} first, then {@link dev.adjoint.checkpoint.CheckpointFile} (its bytes)
 * and {@link dev.adjoint.checkpoint.CheckpointDirectory} (which files are kept, and who may write there).
 *
 * <p>A checkpoint is one file. Numbers are little-endian:
 *
 * <pre>
 * offset    bytes  content
 * 0         8      "ADJOINTC"
 * 8         4      the format's version, 1, as an unsigned number
 * 12        4      h, the length of the header, at most 2^20
 * 16        8      d, the length of the data
 * 24        h      the header, a JSON object in UTF-8
 * 24+h      d      vectors of float32, each with header.parameters numbers: the parameters; the velocity (the last update);
 *                  and where header.vectors is 4, both as they were after the best epoch
 * 24+h+d    32     SHA-256 of all bytes before
 * </pre>
 *
 * <p>The header has
 *
 * <ul>
 *   <li>{@code step}, {@code epoch}, {@code round}: steps made, the epoch of the next round (from 1), its rounds that are done;
 *   <li>{@code epochExamples}, {@code epochLoss}: of those rounds, how many examples, and the sum of the examples' losses;
 *   <li>{@code rate}, {@code rollbacks}: the factor of the learning rate, 1 until the training was rolled back;
 *   <li>{@code best}: {@code epoch}, {@code step} and {@code loss} of the best epoch so far, absent before the first;
 *   <li>{@code parameters}, {@code vectors}: the length of a vector, and how many there are, 2 or 4;
 *   <li>{@code arithmetic}: what computed;
 *   <li>{@code identity}: an object of texts, whatever the bits of the result depend on.
 * </ul>
 *
 * <p>Invariants. Nothing deserializes objects. Lengths are compared with the file's before anything is allocated. A file
 * under its final name is whole, or its checksum tells.
 *
 * <p>Decisions. The learning rate's schedule, the order of the rows and all other random choices are functions of the seed and
 * of what stands here, so no generator's state is kept. Set aside: safetensors, which has no checksum, and which would have
 * made the header's numbers texts.
 *
 * <p>It must not know Spark, nor how a training is run.
 */
@NullMarked
package dev.adjoint.checkpoint;

import org.jspecify.annotations.NullMarked;
