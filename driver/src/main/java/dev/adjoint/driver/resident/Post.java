package dev.adjoint.driver.resident;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.buffer.NettyManagedBuffer;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientBootstrap;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.crypto.AuthClientBootstrap;
import org.apache.spark.network.crypto.AuthServerBootstrap;
import org.apache.spark.network.netty.SparkTransportConf;
import org.apache.spark.network.protocol.OneWayMessage;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.apache.spark.network.server.TransportServer;
import org.apache.spark.network.server.TransportServerBootstrap;
import org.apache.spark.network.util.TransportConf;
import org.apache.spark.util.Utils$;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.Tuple2;
import scala.runtime.AbstractFunction1;

/** Takes and sends the letters of all tasks of this JVM: one server, and a connection to each other JVM. */
final class Post {
    /** Whose settings of the network are ours. */
    private static final String MODULE = "shuffle";

    /** So many bytes are read at once at most: a letter that came in many small ones is copied once more to stand in one place. */
    private static final int READ = 1 << 20;

    private static final int FIRST_READ = 1 << 16;

    private static final String PORT = "spark.adjoint.port";

    static final String NO_CONNECTION = "no connection to the executor at ";

    private static @Nullable Post current;

    private final SparkEnv environment;
    private final Map<Letter.Address, Box> boxes = new HashMap<>();
    /** Those that a task of this JVM has borne, each with the longest vector of its letters. */
    private final Map<Letter.Secret, Integer> secrets = new HashMap<>();
    /** For boxes that are not open yet: tasks of a stage do not begin at the same moment. */
    private final Map<Letter.Address, List<Letter>> early = new HashMap<>();

    private final TransportContext context;
    private final TransportServer server;
    private final TransportClientFactory clients;
    private final String host;

    private Post(SparkEnv environment) {
        this.environment = environment;
        SparkConf conf = environment.conf();
        SecurityManager security = environment.securityManager();
        TransportConf transport = SparkTransportConf.fromSparkConf(
                conf,
                MODULE,
                Runtime.getRuntime().availableProcessors(),
                Option.apply(environment.executorId()),
                security.isSslRpcEnabled() ? Option.apply(security.getRpcSSLOptions()) : Option.empty());
        boolean authenticates = security.isAuthenticationEnabled();
        List<TransportServerBootstrap> servers =
                authenticates ? List.of(new AuthServerBootstrap(transport, security)) : List.of();
        List<TransportClientBootstrap> dialling =
                authenticates ? List.of(new AuthClientBootstrap(transport, conf.getAppId(), security)) : List.of();
        this.host = environment.blockManager().blockManagerId().host();
        this.context = new TransportContext(transport, new Sorting());
        // As Spark's own services: of several executors on a host, the next takes the next port.
        this.server = started(conf, new Start(context, host, servers));
        this.clients = context.createClientFactory(dialling);
    }

    private static TransportServer started(SparkConf conf, Start start) {
        int port = conf.getInt(PORT, 0);
        try {
            return Utils$.MODULE$
                    .startServiceOnPort(port, start, conf, "adjoint")
                    ._1();
        } catch (Exception e) { // Scala declares none
            String why = String.valueOf(e.getMessage()).split(": Service ", 2)[0]; // Spark goes on to its own settings
            throw new ExchangeException(
                    "an executor can take no messages at %s (%s): set %s to a port that is free and allowed on all of them, or spark.port.maxRetries to how many are tried from there on"
                            .formatted(port == 0 ? "any port" : "port " + port, why, PORT),
                    e);
        }
    }

    /** Starts a server on a port. */
    private static final class Start extends AbstractFunction1<Object, Tuple2<TransportServer, Object>> {
        private final TransportContext context;
        private final String host;
        private final List<TransportServerBootstrap> bootstraps;

        Start(TransportContext context, String host, List<TransportServerBootstrap> bootstraps) {
            this.context = context;
            this.host = host;
            this.bootstraps = bootstraps;
        }

        @Override
        public Tuple2<TransportServer, Object> apply(Object port) {
            TransportServer started = context.createServer(host, (Integer) port, bootstraps);
            return new Tuple2<>(started, started.getPort());
        }
    }

    /** Of this JVM, and of the Spark that runs in it now. */
    static synchronized Post ofThisJvm() {
        SparkEnv environment = SparkEnv.get();
        if (current == null || current.environment != environment) {
            if (current != null) {
                current.close();
            }
            current = new Post(environment);
        }
        return current;
    }

    private void close() {
        clients.close();
        server.close();
        context.close();
    }

    /** Where letters to this JVM are sent. */
    String address() {
        return host + ":" + server.getPort();
    }

    /**
     * Takes letters from now on that bear this secret.
     *
     * @param longest how many numbers they may have
     */
    synchronized void know(Letter.Secret secret, int longest) {
        secrets.put(secret, longest);
    }

    synchronized void open(Box box) throws Letter.DamagedException {
        Letter.Address address = box.address();
        know(address.secret(), box.longest());
        for (Letter letter : early.getOrDefault(address, List.of())) {
            box.put(letter);
        }
        early.keySet()
                .removeIf(other -> other.equals(address)
                        || (other.secret().equals(address.secret()) && other.stage() < address.stage()));
        boxes.put(address, box);
    }

    synchronized void close(Box box) {
        boxes.remove(box.address());
    }

    /**
     * A connection, which others use too.
     *
     * @throws ExchangeException when there is none
     */
    TransportClient connect(String address) {
        int colon = address.lastIndexOf(':');
        try {
            return clients.createClient(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        } catch (IOException e) {
            throw new ExchangeException(
                    "%s%s; where a firewall is between executors, set %s to a port that is open"
                            .formatted(NO_CONNECTION, address, PORT),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExchangeException("interrupted while connecting to " + address, e);
        }
    }

    /**
     * Sends a message.
     *
     * @param writer is given so many bytes of Netty's own memory; what stands in an array would be copied there
     */
    @SuppressWarnings("FutureReturnValueIgnored") // whoever waits for the message finds that it does not come
    static void send(TransportClient to, int bytes, Consumer<ByteBuffer> writer) {
        ByteBuf memory = to.getChannel().alloc().directBuffer(bytes, bytes);
        writer.accept(memory.nioBuffer(0, bytes));
        memory.writerIndex(bytes);
        to.getChannel().writeAndFlush(new OneWayMessage(new NettyManagedBuffer(memory)));
    }

    private void sort(TransportClient client, ByteBuffer message) {
        Letter.Address address;
        try {
            address = Letter.address(message);
        } catch (Letter.DamagedException e) {
            client.close();
            return;
        }
        Integer longest = longest(address.secret());
        if (longest == null) {
            client.close(); // nobody here waits for whoever does not know the secret
            return;
        }
        try {
            Box box = box(address);
            deliver(Letter.read(message, longest, box == null ? () -> new float[longest] : box::array));
        } catch (Letter.DamagedException e) {
            refuse(address, "the message from %s is refused: %s".formatted(client.getSocketAddress(), e.getMessage()));
        }
    }

    private synchronized @Nullable Integer longest(Letter.Secret secret) {
        return secrets.get(secret);
    }

    private synchronized @Nullable Box box(Letter.Address address) {
        return boxes.get(address);
    }

    private synchronized void deliver(Letter letter) throws Letter.DamagedException {
        Box box = boxes.get(letter.box());
        if (box != null) {
            box.put(letter);
        } else {
            early.computeIfAbsent(letter.box(), a -> new ArrayList<>()).add(letter);
        }
    }

    private synchronized void refuse(Letter.Address address, String why) {
        Box box = boxes.get(address);
        if (box != null) {
            box.refuse(why);
        }
    }

    private final class Sorting extends RpcHandler {
        private final StreamManager none = new OneForOneStreamManager();

        @Override
        public void channelActive(TransportClient client) {
            client.getChannel()
                    .config()
                    .setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(FIRST_READ, FIRST_READ, READ));
        }

        @Override
        public void receive(TransportClient client, ByteBuffer message) {
            sort(client, message);
        }

        @Override
        public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
            callback.onFailure(new UnsupportedOperationException("only messages without an answer are taken here"));
        }

        @Override
        public StreamManager getStreamManager() {
            return none;
        }
    }
}
