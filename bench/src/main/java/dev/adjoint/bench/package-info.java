/**
 * Adjoint beside what a user would pick instead, and beside what the machine can do: training throughput in examples a second,
 * measured in one run. And how it bears growth: of the data beyond the heap, of the rows, of the model.
 *
 * <p>Read {@link dev.adjoint.bench.Bench} first (the order of the measurements), then {@link dev.adjoint.bench.Windows} (what
 * is measured of each) and {@link dev.adjoint.bench.AdjointPeer}, after whose pattern the other peers are made. {@link dev.adjoint.bench.Scale} is the second part.
 *
 * <p>Invariants. Every peer trains the same net on examples of the same kind, with the same momentum and no penalty, on the
 * same number of cores. A peer has a JVM of its own, since netlib and OpenMP read their settings once; it is told a {@link
 * dev.adjoint.bench.Workload} and prints one {@link dev.adjoint.bench.Measurement} a line. A peer's class knows its own
 * framework and no other.
 *
 * <p>Decisions.
 *
 * <ul>
 *   <li>Rounds are outermost, then nets, then peers: what is compared is measured within minutes, so that a machine that
 *       slows down does so for all. A ratio is taken within each round, then the median over rounds.
 *   <li>The limit is the rate of matrix products alone, in float32, one single-threaded OpenBLAS product on each core at
 *       once. As examples a second it is that rate over the arithmetic of the net's products. MLlib computes in float64, where
 *       the limit is half.
 *   <li>PyTorch gets its batches ready-made and in the same order each epoch; Adjoint draws an order and gathers the rows. So
 *       the comparison leans towards PyTorch.
 *   <li>A batch of the job-a-step mode sees fewer rows, since its epochs would last minutes; its steps are the same.
 *   <li>That memory stays flat is seen by what is in use after garbage collections, the largest in each epoch: after full ones it
 *       is what was reachable. Forcing collections would slow down what is measured.
 *   <li>Data on disk are read anew each epoch, though a machine with memory to spare has the files in its page cache; the heap is
 *       all that is limited here.
 *   <li>What the sizes of models cost is measured by rounds without work, so the reductions stand alone.
 *   <li>PyTorch is behind a Maven profile: nobody has to fetch it to build Adjoint.
 * </ul>
 */
@NullMarked
package dev.adjoint.bench;

import org.jspecify.annotations.NullMarked;
