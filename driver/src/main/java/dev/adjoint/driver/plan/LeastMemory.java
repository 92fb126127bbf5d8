package dev.adjoint.driver.plan;

import dev.adjoint.driver.settings.SettingsException;
import dev.adjoint.model.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The memory without which a training cannot begin, in bytes, whatever its data: that it is missing is known at once, without
 * trying. {@link CostModel#memory} says what one needs to run well.
 *
 * @param driver parameters, what the optimiser keeps, a gradient, and the broadcast's copy
 * @param executor the broadcast's copy, parameters, and a gradient
 */
public record LeastMemory(long driver, long executor) {
    /**
     * For a network, whose numbers have 4 bytes each.
     *
     * @param kept how many vectors the optimiser keeps
     */
    public static LeastMemory of(Network network, int kept) {
        long vector = 4L * network.parameterCount();
        return new LeastMemory((3 + kept) * vector, 3 * vector);
    }

    /**
     * Checks the heaps of a cluster.
     *
     * @param kept how many vectors the optimiser keeps
     * @param driverHeap of this process
     * @param executorHeap of each executor; absent where this process does their work
     * @throws SettingsException when they are smaller
     */
    public static void require(Network network, int kept, long driverHeap, OptionalLong executorHeap) {
        LeastMemory least = of(network, kept);
        List<String> small = new ArrayList<>();
        long driver = executorHeap.isPresent() ? least.driver() : least.driver() + least.executor();
        if (driver > driverHeap) {
            small.add("%s at least on the driver, whose heap is %s (--driver-memory)"
                    .formatted(gigabytes(driver), gigabytes(driverHeap)));
        }
        if (executorHeap.isPresent() && least.executor() > executorHeap.getAsLong()) {
            small.add("%s at least on every executor, whose heap is %s (--executor-memory)"
                    .formatted(gigabytes(least.executor()), gigabytes(executorHeap.getAsLong())));
        }
        if (!small.isEmpty()) {
            throw new SettingsException(
                    "the network %s has %,d parameters, which need %s; give it more, or lower model.hidden or the number of features"
                            .formatted(network.widths(), network.parameterCount(), String.join(", and ", small)));
        }
    }

    private static String gigabytes(long bytes) {
        return "%.1f GB".formatted(bytes / (double) (1L << 30));
    }
}
