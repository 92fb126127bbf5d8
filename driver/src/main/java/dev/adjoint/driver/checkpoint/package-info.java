/**
 * How the state of a training is kept while it runs, so that it can go on from there.
 *
 * <p>Read {@link dev.adjoint.driver.checkpoint.CheckpointFile} first (a file's bytes), then {@link
 * dev.adjoint.driver.checkpoint.CheckpointDirectory} (which files are kept, and who may write there) and {@link
 * dev.adjoint.driver.checkpoint.CheckpointWriter} (when: a listener of the training).
 *
 * <p>A checkpoint is one file. Numbers are little-endian:
 *
 * <pre>
 * offset    bytes  content
 * 0         8      "ADJOINTC"
 * 8         4      the format's version, 2, as an unsigned number
 * 12        4      h, the length of the header, at most 2^20
 * 16        8      d, the length of the data
 * 24        h      the header, a JSON object in UTF-8
 * 24+h      d      vectors of float32, each with header.parameters numbers: the parameters, and those that header.vectors
 *                  names, in its order; where header.best.kept is true, all of them again, as they were after the best epoch
 * 24+h+d    32     SHA-256 of all bytes before
 * </pre>
 *
 * <p>The header has
 *
 * <ul>
 *   <li>{@code step}, {@code epoch}, {@code round}: steps made, the epoch of the next round (from 1), its rounds that are done;
 *   <li>{@code epochExamples}, {@code epochLoss}, {@code epochWeight}: of those rounds, how many examples, the weighted sum of
 *       their losses, and the sum of their weights;
 *   <li>{@code rate}, {@code rollbacks}, {@code fromBest}: the factor of the learning rate, 1 until the training was rolled back;
 *       how often that was; whether it went back to {@code best};
 *   <li>{@code best}: {@code epoch}, {@code step} and {@code loss} of the best epoch so far, and {@code kept}, whether its vectors
 *       are in the data; absent before the first;
 *   <li>{@code search}: with {@code lbfgs}, where its line search is: the components of {@link
 *       dev.adjoint.driver.training.LineSearch}, in which an interval or a loss may be {@code "Infinity"}; absent with other
 *       optimisers, and before the first round;
 *   <li>{@code parameters}: the length of a vector;
 *   <li>{@code vectors}: a list of the names of the vectors beside the parameters: what the optimiser keeps, such as {@code
 *       velocity}, the last update;
 *   <li>{@code arithmetic}: what computed;
 *   <li>{@code identity}: an object of texts, whatever the bits of the result depend on.
 * </ul>
 *
 * <p>Format 1, which is read still, had 2 or 4 in {@code vectors} (parameters and velocity, once or twice), neither {@code
 * epochWeight}, {@code fromBest} nor {@code kept}, and in {@code epochLoss} the sum of mean losses times examples.
 *
 * <p>Invariants. Nothing deserializes objects. Lengths are compared with the file's before anything is allocated. A file
 * under its final name is whole, or its checksum tells.
 *
 * <p>Decisions. The learning rate, the order of the rows and all other random choices are functions of the seed and
 * of what stands here, so no generator's state is kept. Set aside: safetensors, which has no checksum, and which would have
 * made the header's numbers texts.
 *
 * <p>It must not know Spark; of a training it knows the state and what listeners are told.
 */
@NullMarked
package dev.adjoint.driver.checkpoint;

import org.jspecify.annotations.NullMarked;
