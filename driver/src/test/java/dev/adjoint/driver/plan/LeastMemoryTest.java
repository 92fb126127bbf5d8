package dev.adjoint.driver.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.driver.settings.SettingsException;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LeastMemoryTest {
    private static final Network LARGE =
            Network.perceptron(2_000_000, List.of(256), Activation.RELU, 2, StandardLoss.SOFTMAX_CROSS_ENTROPY);
    private static final long GB = 1L << 30;

    @Test
    void aNetworkThatCannotFitIsToldWithItsParametersBeforeItIsTried() {
        SettingsException local = assertThrows(
                SettingsException.class, () -> LeastMemory.require(LARGE, 1, 6 * GB, OptionalLong.empty()));
        assertTrue(
                local.toString()
                        .contains("the network 2000000-256-2 has 512,000,770 parameters, which need 13.4 GB at least"
                                + " on the driver, whose heap is 6.0 GB (--driver-memory)"),
                local.toString());
        SettingsException cluster =
                assertThrows(SettingsException.class, () -> LeastMemory.require(LARGE, 1, 6 * GB, OptionalLong.of(GB)));
        assertTrue(cluster.toString().contains("7.6 GB at least on the driver"), cluster.toString());
        assertTrue(
                cluster.toString()
                        .contains("5.7 GB at least on every executor, whose heap is 1.0 GB (--executor-memory)"),
                cluster.toString());
    }

    @Test
    void oneThatMayFitIsTried() {
        LeastMemory.require(LARGE, 1, 8 * GB, OptionalLong.of(6 * GB));
        assertEquals(new LeastMemory(16L * 512_000_770, 12L * 512_000_770), LeastMemory.of(LARGE, 1));
        assertEquals(25L * 4 * 512_000_770, LeastMemory.of(LARGE, 22).driver(), "lbfgs");
    }
}
