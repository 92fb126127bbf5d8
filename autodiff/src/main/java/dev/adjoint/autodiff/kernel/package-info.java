/**
 * The arithmetic under the programs: loops and matrix products over blocks of one flat arena.
 *
 * <p>Read {@link dev.adjoint.autodiff.kernel.Kernels} first (rows and columns, at any precision), then {@code Loops} (runs of
 * elements, one implementation a precision) and {@code FloatLoops}, the plain float32 one. {@code FloatArrays} is for long vectors
 * outside of arenas, {@link dev.adjoint.autodiff.kernel.Crew} for threads that work on one arena together.
 *
 * <p>Invariants. A kernel allocates nothing and checks nothing but the indices that come from data: shapes were
 * checked when the program was built. The result block never overlaps an operand, except where it is that operand. Every sum has a fixed
 * order, so the same blocks give the same bits; the element-wise loops use one arithmetic for the body and for the tail
 * of an array, so a value does not depend on its place in a block.
 *
 * <p>Decisions.
 *
 * <ul>
 *   <li>Element-wise loops go through the Vector API where the module {@code jdk.incubator.vector} is present: HotSpot
 *       does not vectorise a loop over one array at several offsets. {@code VectorLoops} and {@code FloatLoops} are twins
 *       with the same bits.
 *   <li>exp, logistic, tanh, softplus and elu are our own ({@code FloatMath}). The Vector API's differ from {@code Math.exp} and {@code
 *       Math.tanh} in the last bit of one value in a hundred, and they <em>are</em> {@code Math.exp} and {@code Math.tanh}
 *       until the compiler has replaced them: with them, a training's bits depended on when that happened.
 *   <li>For the same reason everything else uses {@code StrictMath}, through the float64 definitions in {@code Unary}: logarithms,
 *       sines and powers are rare in nets, and take some ten nanoseconds each.
 *   <li>float64 is for checking and for small graphs: one plain loop over the definitions, and netlib's Java products.
 *   <li>{@code reduceLanes(ADD)} has no defined order for floats and is not used: sums along rows are vectors over the
 *       columns, sums along columns are plain loops.
 *   <li>OpenBLAS is told to use one thread, because Spark already runs a task on each core. Where there are more cores than
 *       tasks, a {@code Crew} shares the kernels: each member computes a rectangle of a product, or a stretch of what goes element by
 *       element. A product's rectangle need not have the bits that it has in the whole, since BLAS has kernels for sizes; so that is
 *       tried for each product when a program is laid out, and one that would change stays whole. It was so for none on AVX-512.
 *       Set aside: OpenBLAS's own threads, whose cut depends on their number, and bits with it.
 *   <li>netlib carries its native glue for Linux only. Elsewhere OpenBLAS is reached through JavaCPP's, which copies the
 *       blocks ({@code JavaCppGemm}); where no native library loads, netlib's Java implementation serves.
 *   <li>Set aside: one kernel for a bias, an activation and the product before them, and for softmax with its loss. Matrix
 *       products take 97.5 % of a step of 784-512-256-10 at 128 rows, so all of that would gain 1 to 2 %.
 *   <li>Set aside: momentum through a product's {@code alpha} and {@code beta}. It leaves no room for a penalty, and the
 *       update of parameters that lie in the second-level cache costs little beside the product.
 *   <li>Entries of sparse rows come sorted by column. A product then reads each row of the weights once, and of their gradient
 *       each row stays in vectors; what is left is the traffic between the caches. Set aside: going over the columns of the
 *       result in panels, which took three times as long at 256 units, whose rows of 1 kB fall on few sets of the cache.
 * </ul>
 *
 * <p>It must not know what a program or a derivative is.
 */
@NullMarked
package dev.adjoint.autodiff.kernel;

import org.jspecify.annotations.NullMarked;
