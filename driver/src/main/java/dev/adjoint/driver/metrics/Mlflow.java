package dev.adjoint.driver.metrics;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a tracking server of MLflow is asked, by its REST API.
 *
 * @see <a href="https://mlflow.org/docs/latest/rest-api.html">REST API</a>
 */
final class Mlflow {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NOT_FOUND = 404;

    static final String URI_VARIABLE = "MLFLOW_TRACKING_URI";
    private static final String TOKEN_VARIABLE = "MLFLOW_TRACKING_TOKEN";

    private final URI server;
    private final Optional<String> token;
    private final Duration timeout;
    private final HttpClient client;

    private Mlflow(URI server, Optional<String> token, Duration timeout) {
        this.server = server;
        this.token = token;
        this.timeout = timeout;
        this.client = HttpClient.newBuilder().connectTimeout(timeout).build();
    }

    /**
     * The server that the environment names.
     *
     * @param timeout of the connection, and of each answer's beginning
     * @throws IOException when that is no server's address, or its token cannot be one; the message does not tell it
     */
    static Mlflow of(Map<String, String> environment, Duration timeout) throws IOException {
        String address = environment.getOrDefault(URI_VARIABLE, "");
        Optional<String> token =
                Optional.ofNullable(environment.get(TOKEN_VARIABLE)).filter(text -> !text.isEmpty());
        if (token.isPresent() && !token.get().matches("[!-~]+")) {
            throw new IOException(TOKEN_VARIABLE + " holds what cannot stand in a header");
        }
        try {
            URI server = new URI(address.endsWith("/") ? address : address + "/");
            if (List.of("http", "https").contains(String.valueOf(server.getScheme())) && server.getHost() != null) {
                return new Mlflow(server, token, timeout);
            }
        } catch (URISyntaxException e) {
            // Its message would tell a password that stands in the address.
        }
        throw new IOException(URI_VARIABLE + " is no server's address; expected http://... or https://...");
    }

    /** The identity of an experiment, which is made where there is none of that name. */
    String experiment(String name) throws IOException, InterruptedException {
        String query = "experiments/get-by-name?experiment_name="
                + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        HttpResponse<String> found = send(request(query).GET());
        if (found.statusCode() == NOT_FOUND) {
            return post("experiments/create", JSON.createObjectNode().put("name", name))
                    .path("experiment_id")
                    .asText();
        }
        return read(query, found).path("experiment").path("experiment_id").asText();
    }

    /** Begins a run, and returns its identity. */
    String createRun(String experiment, String name, long millis) throws IOException, InterruptedException {
        ObjectNode run = JSON.createObjectNode()
                .put("experiment_id", experiment)
                .put("run_name", name)
                .put("start_time", millis);
        run.putArray("tags").addObject().put("key", "mlflow.source.name").put("value", "adjoint");
        return post("runs/create", run).path("run").path("info").path("run_id").asText();
    }

    /** Tells of parameters; at most 100 at once. */
    void logParameters(String run, Map<String, String> parameters) throws IOException, InterruptedException {
        ObjectNode batch = JSON.createObjectNode().put("run_id", run);
        var params = batch.putArray("params");
        parameters.forEach((key, value) -> params.addObject().put("key", key).put("value", value));
        post("runs/log-batch", batch);
    }

    /** Tells of epochs; at most 1000 numbers at once. */
    void logMetrics(String run, Iterable<EpochMetrics> epochs) throws IOException, InterruptedException {
        ObjectNode batch = JSON.createObjectNode().put("run_id", run);
        var metrics = batch.putArray("metrics");
        for (EpochMetrics epoch : epochs) {
            epoch.scalars().forEach((key, value) -> metrics.addObject()
                    .put("key", key)
                    .put("value", value)
                    .put("timestamp", epoch.time().toEpochMilli())
                    .put("step", epoch.step()));
        }
        post("runs/log-batch", batch);
    }

    /** Ends a run. */
    void endRun(String run, Outcome outcome, long millis) throws IOException, InterruptedException {
        String status =
                switch (outcome) {
                    case FINISHED -> "FINISHED";
                    case FAILED -> "FAILED";
                    case STOPPED -> "KILLED";
                };
        post(
                "runs/update",
                JSON.createObjectNode().put("run_id", run).put("status", status).put("end_time", millis));
    }

    private ObjectNode post(String what, ObjectNode body) throws IOException, InterruptedException {
        return read(
                what,
                send(request(what)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))));
    }

    private HttpRequest.Builder request(String what) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve("api/2.0/mlflow/" + what)).timeout(timeout);
        token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
        return request;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException e) {
            throw new IOException("there is no connection to the server at " + server.getHost(), e);
        }
    }

    private static ObjectNode read(String what, HttpResponse<String> answer) throws IOException {
        String asked = what.replaceFirst("\\?.*", "");
        if (answer.statusCode() != 200) {
            throw new IOException("the server answers %s with status %d".formatted(asked, answer.statusCode()));
        }
        if (JSON.readTree(answer.body()) instanceof ObjectNode object) {
            return object;
        }
        throw new IOException("the server answers %s with no JSON object".formatted(asked));
    }
}
