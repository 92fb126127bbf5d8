package dev.adjoint.driver;

import dev.adjoint.worker.GradientSum;
import dev.adjoint.worker.TreeSum;
import java.io.Serializable;
import java.util.List;

/** What a task sends back: the sums of its run of shards, and how long it computed. */
record PartitionSum(List<TreeSum.Node<GradientSum>> nodes, long computeNanos) implements Serializable {}
