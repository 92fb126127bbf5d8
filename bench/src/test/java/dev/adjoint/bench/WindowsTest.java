package dev.adjoint.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WindowsTest {
    @Test
    void theFirstWindowsDoNotCount() {
        Windows windows = new Windows(3, 4);
        for (int i = 0; i < 3; i++) {
            windows.add(1, 1);
        }
        assertEquals(0, windows.count());
        assertEquals(4, windows.missing());
        windows.add(300, 1);
        windows.add(100, 1);
        assertFalse(windows.complete());
        assertEquals(2, windows.missing());
        windows.add(400, 2);
        assertTrue(windows.complete());
        assertEquals(200, windows.median());
        assertEquals(4, windows.seconds());
    }

    @Test
    void twoWindowsWarmUpHoweverLongTheyAre() {
        Windows windows = new Windows(1, 1);
        windows.add(1, 10);
        windows.add(1, 10);
        assertFalse(windows.complete());
        windows.add(20, 10);
        assertTrue(windows.complete());
        assertEquals(2, windows.median());
    }
}
