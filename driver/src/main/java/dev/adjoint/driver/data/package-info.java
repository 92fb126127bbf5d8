/**
 * From files to packed shards: reading, checking, learning the preprocessing, and placing every row.
 *
 * <p>Read {@link dev.adjoint.driver.data.TrainingData} first (the way of a row), then {@link dev.adjoint.driver.data.Profile} (what is
 * checked before anything is trained) and {@link dev.adjoint.driver.data.Placement} (why a row's shard does not depend on the
 * cluster).
 *
 * <p>Invariants. A row's number is its place in its file, files in the order of their names: Spark may split and pack the
 * files as it likes. The rows of a query come in no order; their values decide ({@link dev.adjoint.driver.data.RowOrder}). A shard is a function of the row's number, of the number of rows, and of the configuration. Statistics
 * are summed along the tree of shards. So everything that training sees has the same bits on any cluster.
 *
 * <p>Decisions.
 *
 * <ul>
 *   <li>CSV columns are read as text and judged here, in the same pass that checks them. Spark's own inference calls a
 *       column with one stray word a text column and says nothing.
 *   <li>How a CSV file is written ({@link dev.adjoint.driver.data.CsvDialect}) is found out of its beginning, on the driver. Where the
 *       rest of it is otherwise, rows have more or fewer cells than the columns: these Spark keeps as they are, and they are
 *       a finding like others.
 *   <li>Files are looked into before Spark reads them, many at a time ({@link dev.adjoint.driver.data.DataFiles}): of a directory it
 *       takes one Parquet schema for that of all, and of a JSON file over several lines the first value for all of it. What can be
 *       told of single rows is left to the pass that profiles them: a reader marks rows that are none of its format.
 *   <li>libsvm is read line by line through Spark's parser and not by its data source, which stops at a comment and does not say
 *       where. Pretty-printed JSON is the one format that is looked through as a whole before; its files are small, or
 *       Spark could not read them in one task either.
 *   <li>Formats are told by each path's names, and a model keeps what was asked for (separator, encoding, quote), not what was
 *       found: new data may be written otherwise, and its own beginning says so.
 *   <li>The rows travel through one shuffle as they were read, in float64; they are standardised and cut to float32 when
 *       they are packed, so that a large offset (a time in milliseconds, say) costs no digits.
 *   <li>They come in pieces of some megabytes, and each row is put in its place, which its key tells. Spark's own sort within a
 *       partition holds all its rows as objects, for every pass over them: of 1 GB of Parquet the garbage collector took half of the
 *       time, and the first step came after 39 seconds, not 25.
 *   <li>Rows are read as Spark keeps them ({@code InternalRow}), and predictions are appended to them so. A {@code Row} boxes
 *       every cell, which takes longer than scoring a row of 784 numbers by a small net; {@code Cells} is the one place that
 *       knows how the types are kept.
 *   <li>Quantiles come from a sample: the first rows of the permutation that deals rows to shards, which are random and the same
 *       on any cluster. Set aside: the sketches of DataSketches, which draw random numbers of their own, so that their bits
 *       differ from run to run; and a sort of every column.
 *   <li>Examples are ranked by {@code data.difficulty} from such a sample as well, in a pass of its own that only a curriculum pays for;
 *       chunks keep the rank, which is what a step compares, and not the difficulty.
 *   <li>What a column tells of the label by itself is learned of every other sampled row and measured on the rows between, or
 *       each id would seem to tell all of it. A number predicts by the nearest ones that were seen, not by bins of them, whose
 *       width would count as an error where a table is small or a tail heavy. Texts and classes are sampled as their hashes.
 *   <li>Whoever looks at a table gets a {@link dev.adjoint.driver.data.Survey} that the way to training fills: a second way, which
 *       only looks, would sooner or later see something else.
 *   <li>Missing values are data: {@code NaN} among numbers, null among texts, up to the encoder.
 *   <li>Class names are texts as the label's column has them, so that they come back so.
 *   <li>Levels, quantiles, means and deviations come from the training rows alone, never from those held out. Classes come from all
 *       rows: they are names, and a held-out row must find its own.
 *   <li>What is held out is decided in a pass of its own, after the one that counts the rows: of each class, group or part the
 *       permuted places go to the driver (two bytes a row and less), which keeps those that are held out, in a bit a row at most. No
 *       row is compared with another, so there is no sort; and without classes, groups and parts there is no pass either.
 *   <li>Groups are kept together by a hash of 12 bits: so many are enough to come near to a share of the rows, however many groups
 *       there are. Two that share a hash go the same way.
 *   <li>Vectors of mostly zeros (512 wide or more, 5 % or less of them given) stay sparse. Their columns are divided by the
 *       root mean square of what is given, and not centred: a zero stays a zero.
 *   <li>Groups to measure by travel beside the raw examples, and go into the chunks: what is packed of the examples, and its
 *       checksum, is the same with and without them. Their values are counted in a pass of their own before, so that too many are
 *       told before anything is shuffled.
 *   <li>Packed examples are cached as chunks; what memory does not hold goes to the local disks. Spark counts every chunk
 *       before it unpacks the next ({@code spark.storage.unrollMemoryCheckPeriod}), or a heap would be full before it is.
 * </ul>
 *
 * <p>It must not know networks or optimisers.
 */
@NullMarked
package dev.adjoint.driver.data;

import org.jspecify.annotations.NullMarked;
