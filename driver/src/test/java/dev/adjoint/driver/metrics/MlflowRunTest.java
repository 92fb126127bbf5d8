package dev.adjoint.driver.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.Trained;
import dev.adjoint.driver.Training;
import dev.adjoint.driver.training.TrainingListener.EpochReport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a server on this machine that answers as MLflow's documentation of the REST API says. */
@Timeout(120)
class MlflowRunTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOKEN = "a-token-that-nobody-tells";

    private record Request(String method, String path, String authorization, JsonNode body) {}

    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Map<String, String> answers = new HashMap<>(Map.of(
            "experiments/get-by-name", "{\"experiment\": {\"experiment_id\": \"7\"}}",
            "experiments/create", "{\"experiment_id\": \"8\"}",
            "runs/create", "{\"run\": {\"info\": {\"run_id\": \"r1\"}}}",
            "runs/log-batch", "{}",
            "runs/update", "{\"run_info\": {}}"));
    private final Map<String, Integer> statuses = new HashMap<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile boolean hangs;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    MlflowRunTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        server.createContext("/mlflow/api/2.0/mlflow/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        released.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring("/mlflow/api/2.0/mlflow/".length());
        String query = exchange.getRequestURI().getQuery();
        byte[] body = exchange.getRequestBody().readAllBytes();
        requests.add(new Request(
                exchange.getRequestMethod(),
                query == null ? path : path + "?" + query,
                String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                JSON.readTree(body)));
        if (hangs) {
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        byte[] answer = answers.getOrDefault(path, "{}").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(statuses.getOrDefault(path, 200), answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private Map<String, String> environment() {
        return Map.of(
                "MLFLOW_TRACKING_URI",
                "http://127.0.0.1:%d/mlflow".formatted(server.getAddress().getPort()),
                "MLFLOW_EXPERIMENT_NAME",
                "irises & more",
                "MLFLOW_TRACKING_TOKEN",
                TOKEN);
    }

    private static Training training() {
        return Irises.training(TestSpark.plain(), UnaryOperator.identity());
    }

    /** Trains, and tells the run of it as {@link Training} would where the environment names a server. */
    private Trained train(List<String> warnings, Duration timeout, int parameters) {
        Map<String, String> known = new HashMap<>();
        for (int i = 0; i < parameters; i++) {
            known.put("parameter " + i, "x".repeat(300));
        }
        MetricsListener listener =
                new MetricsListener("MLflow", new MlflowRun(environment(), "irises", known, timeout));
        Trained trained = training().train(listener, Irises.warnings(warnings));
        listener.over(Outcome.FINISHED);
        return trained;
    }

    private static void assertNow(long millis) {
        assertTrue(
                Math.abs(System.currentTimeMillis() - millis) < 120_000,
                () -> Instant.ofEpochMilli(millis) + " is now");
    }

    private List<Request> of(String path) {
        return requests.stream()
                .filter(request -> request.path().startsWith(path))
                .toList();
    }

    @Test
    void aTrainingIsARunWithItsParametersAndMetrics() {
        List<String> warnings = new ArrayList<>();
        Trained trained = train(warnings, Duration.ofSeconds(10), 101);
        assertEquals(List.of(), warnings);
        for (Request request : requests) {
            assertEquals("Bearer " + TOKEN, request.authorization());
        }
        assertEquals(
                "experiments/get-by-name?experiment_name=irises & more",
                requests.get(0).path());
        assertEquals("GET", requests.get(0).method());
        JsonNode run = of("runs/create").get(0).body();
        assertEquals("7", run.get("experiment_id").asText());
        assertEquals("irises", run.get("run_name").asText());
        assertNow(run.get("start_time").asLong());

        Map<String, String> parameters = new HashMap<>();
        Map<String, Double> metrics = new HashMap<>();
        for (Request batch : of("runs/log-batch")) {
            assertEquals("POST", batch.method());
            assertEquals("r1", batch.body().get("run_id").asText());
            assertTrue(batch.body().path("params").size() <= 100, "as many as the server takes");
            batch.body()
                    .path("params")
                    .forEach(param -> parameters.put(
                            param.get("key").asText(), param.get("value").asText()));
            batch.body().path("metrics").forEach(metric -> {
                assertNow(metric.get("timestamp").asLong());
                metrics.put(
                        metric.get("key").asText() + " " + metric.get("step").asLong(),
                        metric.get("value").asDouble());
            });
        }
        assertEquals(101, parameters.size());
        assertEquals("x".repeat(250), parameters.get("parameter 7"));
        for (EpochReport report : trained.history()) {
            assertEquals(report.loss(), metrics.get("loss " + report.step()));
            assertEquals(
                    report.validation().orElseThrow().accuracy(), metrics.get("validation/accuracy " + report.step()));
            assertEquals(report.learningRate().orElseThrow(), metrics.get("learning_rate " + report.step()));
        }
        Request last = requests.get(requests.size() - 1);
        assertEquals("runs/update", last.path());
        assertEquals("r1", last.body().get("run_id").asText());
        assertEquals("FINISHED", last.body().get("status").asText());
        assertTrue(last.body().get("end_time").asLong() >= run.get("start_time").asLong());
    }

    @Test
    void nothingIsSentWhereTheEnvironmentNamesNoServer() {
        assertTrue(MlflowRun.of(Map.of(), "irises", Map.of()).isEmpty());
        assertTrue(MlflowRun.of(Map.of("MLFLOW_TRACKING_URI", ""), "irises", Map.of())
                .isEmpty());
        assertTrue(MlflowRun.of(environment(), "irises", Map.of()).isPresent());
    }

    @Test
    void anExperimentThatIsNotThereIsMade() {
        statuses.put("experiments/get-by-name", 404);
        List<String> warnings = new ArrayList<>();
        train(warnings, Duration.ofSeconds(10), 1);
        assertEquals(List.of(), warnings);
        assertEquals(
                "irises & more",
                of("experiments/create").get(0).body().get("name").asText());
        assertEquals("8", of("runs/create").get(0).body().get("experiment_id").asText());
    }

    @Test
    void aTrainingThatFailsOrIsStoppedIsSuchARun() throws IOException {
        for (Map.Entry<Outcome, String> expected :
                Map.of(Outcome.FAILED, "FAILED", Outcome.STOPPED, "KILLED").entrySet()) {
            requests.clear();
            try (Destination run = new MlflowRun(environment(), "irises", Map.of(), Duration.ofSeconds(10))) {
                run.began(0);
                run.over(expected.getKey());
            }
            assertEquals(
                    expected.getValue(),
                    of("runs/update").get(0).body().get("status").asText());
        }
    }

    /** Trains with the server as it is, which the training must survive; returns the one warning. */
    private String warning(Duration timeout) {
        List<String> warnings = new ArrayList<>();
        Trained trained = train(warnings, timeout, 1);
        assertEquals(training().train().checksum(), trained.checksum());
        assertEquals(1, warnings.size(), warnings::toString);
        assertFalse(warnings.get(0).contains(TOKEN), warnings::toString);
        return warnings.get(0);
    }

    @Test
    void aServerThatFailsIsWarnedOfOnceAndChangesNoBits() {
        for (String path : List.of("experiments/get-by-name", "runs/create", "runs/log-batch", "runs/update")) {
            statuses.put(path, 500);
            String warning = warning(Duration.ofSeconds(10));
            assertTrue(warning.contains("the server answers " + path + " with status 500"), warning);
            statuses.clear();
        }
    }

    @Test
    void aServerThatHangsIsWarnedOfOnceAndChangesNoBits() {
        hangs = true;
        String warning = warning(Duration.ofMillis(300));
        assertTrue(warning.contains("timed out") || warning.contains("was not told all"), warning);
        assertEquals(1, requests.size(), "nothing is asked after the first failure");
    }

    @Test
    void aServerThatIsNotThereIsWarnedOfOnceAndChangesNoBits() {
        server.stop(0);
        String warning = warning(Duration.ofSeconds(10));
        assertTrue(warning.contains("there is no connection to the server at 127.0.0.1"), warning);
    }

    @Test
    void whatASlowServerCannotTakeIsLostAndToldAtTheEnd() throws IOException {
        hangs = true;
        try (Destination run = new MlflowRun(environment(), "irises", Map.of(), Duration.ofSeconds(20))) {
            run.began(0);
            OptionalDouble none = OptionalDouble.empty();
            for (int epoch = 1; epoch <= 1_234; epoch++) {
                run.epoch(
                        new EpochMetrics(Instant.now(), epoch, epoch, OptionalDouble.of(1), none, none, none, 10, 0.1));
            }
            hangs = false;
            released.countDown();
            IOException lost = assertThrows(IOException.class, () -> run.over(Outcome.FINISHED));
            assertEquals("the server was too slow to be told of 234 epochs", lost.getMessage());
        }
        assertEquals(1, of("runs/update").size(), "what fits is told, and the end");
        for (Request batch : of("runs/log-batch")) {
            assertTrue(batch.body().path("metrics").size() <= 1000, "as many as the server takes");
        }
    }

    @Test
    void aRunBeginsWithItsTrainingHoweverSlowTheServer() throws Exception {
        hangs = true;
        try (Destination run = new MlflowRun(environment(), "irises", Map.of(), Duration.ofSeconds(20))) {
            run.began(0);
            long trains = System.currentTimeMillis();
            Thread.sleep(50);
            hangs = false;
            released.countDown();
            run.over(Outcome.FINISHED);
            long start = of("runs/create").get(0).body().get("start_time").asLong();
            assertTrue(start <= trains, () -> Instant.ofEpochMilli(start) + " is after the training began");
        }
    }

    @Test
    void whatIsNoServerOrNoTokenIsWarnedOfOnceAndTheTokenKept() {
        for (Map<String, String> wrong : List.of(
                Map.of("MLFLOW_TRACKING_URI", "sqlite:///runs.db"),
                Map.of("MLFLOW_TRACKING_URI", "http://127.0.0.1:1", "MLFLOW_TRACKING_TOKEN", TOKEN + "\n"))) {
            List<String> warnings = new ArrayList<>();
            MetricsListener listener =
                    new MetricsListener("MLflow", new MlflowRun(wrong, "irises", Map.of(), Duration.ofSeconds(1)));
            training().train(listener, Irises.warnings(warnings));
            listener.over(Outcome.FINISHED);
            assertEquals(1, warnings.size(), warnings::toString);
            assertTrue(warnings.get(0).contains("MLFLOW_TRACKING_"), warnings::toString);
            assertFalse(warnings.get(0).contains(TOKEN), warnings::toString);
        }
    }
}
