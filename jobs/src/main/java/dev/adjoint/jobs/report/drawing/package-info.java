/**
 * Pictures: the computational graph of a program, and losses over learning rates.
 *
 * <p>Read {@link dev.adjoint.jobs.report.drawing.GraphSvg} first. Where nodes and edges go is found by {@code GraphLayers} (which layer
 * a node is in) and the Eclipse Layout Kernel ({@code GraphLayout}); the SVG is written here. {@link
 * dev.adjoint.jobs.report.drawing.RateSvg} stands by itself.
 *
 * <p>Invariant. The same program gives the same picture, byte for byte.
 *
 * <p>Decisions. The layers are ours: with the library's partitions the layout depended on identity hashes. Set aside:
 * Graphviz, which would have to be installed, and AWT, which wants fonts that a server may not have; so do libraries of charts.
 */
@NullMarked
package dev.adjoint.jobs.report.drawing;

import org.jspecify.annotations.NullMarked;
