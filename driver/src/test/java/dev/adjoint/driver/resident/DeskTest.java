package dev.adjoint.driver.resident;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two tasks, which are threads here, and the driver. */
@Timeout(60)
class DeskTest {
    private static final byte[] OVER = {};

    private final ExecutorService threads = Executors.newCachedThreadPool();

    private Desk desk;
    private Desk.Line first;
    private Desk.Line second;

    @BeforeEach
    void open() {
        TestSpark.session();
        desk = new Desk(2);
        first = desk.address(30).connect(0);
        second = desk.address(30).connect(1);
    }

    @AfterEach
    void remove() {
        desk.close();
        desk.remove();
        threads.shutdown();
    }

    private CompletableFuture<byte[]> brings(Desk.Line line, int what) {
        return brings(line, what, () -> {});
    }

    private CompletableFuture<byte[]> brings(Desk.Line line, int what, Runnable killed) {
        return CompletableFuture.supplyAsync(() -> line.bring(bytes(what), killed), threads);
    }

    private static byte[] bytes(int value) {
        return new byte[] {(byte) value};
    }

    /** Both bring something, and the driver hears of it. */
    private List<CompletableFuture<byte[]>> bothBring(int ofFirst, int ofSecond) {
        List<CompletableFuture<byte[]>> tasks = List.of(brings(first, ofFirst), brings(second, ofSecond));
        assertBrought(ofFirst, ofSecond);
        return tasks;
    }

    private void assertBrought(int ofFirst, int ofSecond) {
        List<byte[]> results = desk.results().join();
        assertEquals(2, results.size());
        assertArrayEquals(bytes(ofFirst), results.get(0));
        assertArrayEquals(bytes(ofSecond), results.get(1));
    }

    @Test
    void tasksGoOnWithWhatTheDriverHandsOut() {
        CompletableFuture<byte[]> later = brings(second, 2);
        CompletableFuture<byte[]> earlier = brings(first, 1);
        assertBrought(1, 2);
        assertTrue(desk.handOut(bytes(7)));
        assertArrayEquals(bytes(7), earlier.join());
        assertArrayEquals(bytes(7), later.join());
        assertEquals(2, bothBring(3, 4).size());
    }

    @Test
    void tasksAreLetGoWhenTheDriverDoesNotComeBack() {
        for (CompletableFuture<byte[]> task : bothBring(1, 2)) {
            assertArrayEquals(OVER, task.join());
        }
        assertFalse(desk.handOut(bytes(7)));
    }

    @Test
    void nothingIsHandedOutBeforeAllAreThere() {
        CompletableFuture<byte[]> one = brings(first, 1);
        assertFalse(desk.handOut(bytes(7)));
        CompletableFuture<byte[]> other = brings(second, 2);
        assertBrought(1, 2);
        assertTrue(desk.handOut(bytes(7)));
        assertArrayEquals(bytes(7), one.join());
        assertArrayEquals(bytes(7), other.join());
    }

    @Test
    void whoeverComesToAClosedDeskIsLetGo() {
        CompletableFuture<byte[]> one = brings(first, 1);
        desk.close();
        assertArrayEquals(OVER, one.join());
        assertArrayEquals(OVER, brings(second, 2).join());
        assertFalse(desk.results().isDone());
    }

    @Test
    void aTaskThatBeginsAnewByItselfIsRefused() {
        assertEquals(2, bothBring(1, 2).size());
        assertTrue(desk.handOut(bytes(7)));
        Desk.Line anew = desk.address(30).connect(1);
        assertFails(brings(anew, 2), ExchangeException.class, "task 1 brings piece 0 of the work, expected 1");
    }

    @Test
    void aTaskThatIsKilledWaitsNoLonger() {
        CompletableFuture<byte[]> one = brings(first, 1, () -> {
            throw new IllegalStateException("killed");
        });
        assertFails(one, IllegalStateException.class, "killed");
    }

    @Test
    void aDriverThatDoesNotAnswerIsAStatedError() {
        CompletableFuture<byte[]> alone = brings(desk.address(1).connect(0), 1);
        assertFails(alone, ExchangeException.class, "training.round-timeout");
    }

    private static void assertFails(CompletableFuture<?> task, Class<? extends Exception> type, String message) {
        CompletionException e = assertThrows(CompletionException.class, task::join);
        Exception failure = assertInstanceOf(type, e.getCause());
        assertTrue(String.valueOf(failure.getMessage()).contains(message), failure.toString());
    }
}
