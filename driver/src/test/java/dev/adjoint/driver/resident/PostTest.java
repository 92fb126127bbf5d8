package dev.adjoint.driver.resident;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import dev.adjoint.worker.TreeSum.Node;
import dev.adjoint.worker.WeightedSum;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.network.client.TransportClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over real sockets of this machine. */
@Timeout(60)
class PostTest {
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(20);
    private static final Letter.Secret SECRET = new Letter.Secret(11, 12);

    private static Letter.Address address(long stage, int task) {
        return new Letter.Address(SECRET, stage, task);
    }

    private static ByteBuffer letter(Letter.Address to, int from, long number) {
        List<Node<WeightedSum>> nodes = List.of(new Node<>(0, 0, new WeightedSum(new float[] {number}, 1, 1, 1)));
        ByteBuffer memory = ByteBuffer.allocate(Letter.size(nodes, 0, 1));
        Letter.write(memory, to, from, number, nodes, 0, 1);
        return memory.flip();
    }

    private static Post post() {
        assertFalse(TestSpark.session().sparkContext().isStopped());
        return Post.ofThisJvm();
    }

    private static String take(Box box, int from, long number, long limit) {
        return String.valueOf(
                assertThrows(ExchangeException.class, () -> box.take(from, "there", number, limit, () -> {}))
                        .getMessage());
    }

    @Test
    void lettersComeInOrderThoughTheBoxOpensLater() throws Exception {
        Post post = post();
        Box first = new Box(address(1, 0), 2, 1);
        post.open(first); // from now on the secret is known here
        TransportClient client = post.connect(post.address());
        for (int number = 0; number < 100; number++) {
            client.send(letter(address(2, 0), 1, number));
        }
        client.send(letter(first.address(), 1, 0));
        first.take(1, "there", 0, LIMIT, () -> {}); // on the same connection, so the others are here
        Box second = new Box(address(2, 0), 2, 1);
        post.open(second);
        for (int number = 0; number < 100; number++) {
            Letter letter = second.take(1, "there", number, LIMIT, () -> {});
            assertEquals(number, letter.nodes().get(0).sum().vector()[0]);
        }
        post.close(first);
        post.close(second);
    }

    @Test
    void whoeverDoesNotKnowTheSecretIsHungUpOn() throws Exception {
        Post post = post();
        Box box = new Box(address(3, 0), 2, 1);
        post.open(box);
        Letter.Address wrong = new Letter.Address(new Letter.Secret(11, 13), 3, 0);
        for (ByteBuffer message : List.of(letter(wrong, 1, 0), ByteBuffer.allocate(3))) {
            TransportClient stranger = post.connect(post.address());
            stranger.send(message);
            while (stranger.isActive()) {
                Thread.sleep(10);
            }
        }
        post.connect(post.address()).send(letter(box.address(), 1, 0));
        box.take(1, "there", 0, LIMIT, () -> {});
        post.close(box);
    }

    @Test
    void aDamagedLetterOfATaskFailsTheStage() {
        Post post = post();
        Box box = new Box(address(4, 0), 2, 1);
        assertTrue(open(post, box));
        ByteBuffer whole = letter(box.address(), 1, 0);
        post.connect(post.address()).send(whole.slice(0, whole.remaining() - 1));
        String why = take(box, 1, 0, LIMIT);
        assertTrue(
                why.startsWith("the message from /") && why.contains("is refused: a sum of 1 numbers in 3 bytes"), why);
        post.close(box);
    }

    private static boolean open(Post post, Box box) {
        try {
            post.open(box);
            return true;
        } catch (Letter.DamagedException e) {
            return false;
        }
    }

    @Test
    void aLetterOfAnotherRoundAndOneThatNeverComesAreTold() {
        Post post = post();
        Box box = new Box(address(5, 0), 2, 1);
        assertTrue(open(post, box));
        post.connect(post.address()).send(letter(box.address(), 1, 8));
        assertEquals("task 1 at there sent message 8, expected 7", take(box, 1, 7, LIMIT));
        assertEquals(
                "nothing came from task 0 at there in 0 seconds (training.round-timeout)",
                take(box, 0, 7, TimeUnit.MILLISECONDS.toNanos(300)));
        post.close(box);
    }

    @Test
    void whoIsKilledWaitsNoLonger() {
        Box box = new Box(address(6, 0), 2, 1);
        assertThrows(
                IllegalStateException.class,
                () -> box.take(1, "there", 0, LIMIT, () -> {
                    throw new IllegalStateException("killed");
                }));
    }

    @Test
    void anAddressWhereNobodyListensIsTold() {
        String message = String.valueOf(assertThrows(ExchangeException.class, () -> post().connect("127.0.0.1:1"))
                .getMessage());
        assertTrue(
                message.contains("no connection to the executor at 127.0.0.1:1")
                        && message.contains("spark.adjoint.port"),
                message);
    }
}
