package dev.adjoint.driver.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.Trained;
import dev.adjoint.driver.Training;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.Task;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.history.FsHistoryProvider;
import org.apache.spark.deploy.history.HistoryServer;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;

@Timeout(300)
class TrainingTabTest {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();

    private static SparkSession session(Map<String, String> more) {
        Map<String, String> settings = new java.util.HashMap<>(
                Map.of("spark.ui.enabled", "true", "spark.ui.port", "0", "spark.kryo.registrationRequired", "false"));
        settings.putAll(more);
        return TestSpark.session("local[2]", settings);
    }

    private static Training training(SparkSession spark, int epochs) {
        Settings settings = TestSettings.plain(Task.CLASSIFICATION)
                .with(Keys.LABEL, List.of("kind <b>"))
                .with(Keys.EPOCHS, epochs)
                .with(Keys.HIDDEN, List.of(8))
                .with(Keys.VALIDATION_FRACTION, 0.2);
        return Training.of(
                spark,
                settings,
                spark.read()
                        .schema("a double, b double, c double, d double, `kind <b>` string")
                        .csv("../conf/data/iris.csv"));
    }

    private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String url, String body) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** What a page shows once {@code wanted} is in it. */
    private static String awaited(String url, String wanted) throws IOException, InterruptedException {
        String page = "";
        for (int tries = 0; tries < 200; tries++) {
            page = get(url).body();
            if (page.contains(wanted)) {
                return page;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("no \"%s\" in %s".formatted(wanted, page));
    }

    @Test
    void aTrainingIsShownWhileItRunsAndStoppedByTheButton() throws Exception {
        SparkSession spark = session(Map.of());
        String url = spark.sparkContext().uiWebUrl().get();
        CompletableFuture<Trained> trained =
                CompletableFuture.supplyAsync(() -> training(spark, 20_000).train());
        String page = awaited(url + "/training/", " of 20,000 ");
        assertTrue(page.contains(">Training<"), "the tab");
        assertTrue(page.contains("kind &lt;b&gt; of the rows"), "texts are escaped");
        Matcher run =
                Pattern.compile("name=\"run\" value=\"([^\"]+)\"").matcher(awaited(url + "/training/", "Stop after"));
        assertTrue(run.find(), "a button");
        assertEquals(405, get(url + "/training/stop/?run=" + run.group(1)).statusCode(), "by POST alone");
        assertEquals(404, post(url + "/training/stop/", "run=another").statusCode());
        assertEquals(200, post(url + "/training/stop/", "run=" + run.group(1)).statusCode());
        assertFalse(trained.get().result().isWhole());
        String over = awaited(url + "/training/newest/", "stopped");
        assertFalse(over.contains("<button"), over);
        assertFalse(over.contains("<html"), "a piece of a page");
        assertTrue(get(url + "/static/adjoint/training.css").body().contains("--ink"));
        assertEquals(404, get(url + "/static/adjoint/other.css").statusCode());
        assertTrue(get(url + "/static/adjoint/training.js").body().contains("fetch("));
    }

    @Test
    void whoMayNotModifyTheApplicationCannotStopATraining() throws Exception {
        SparkSession spark = session(Map.of("spark.ui.killEnabled", "false"));
        String url = spark.sparkContext().uiWebUrl().get();
        Trained trained = training(spark, 50).train(new TrainingListener() {
            @Override
            public void epoch(EpochReport epoch, TrainingState state) {
                try {
                    if (epoch.epoch() == 2) {
                        assertFalse(awaited(url + "/training/", "epoch").contains("<button"));
                        assertEquals(
                                403, post(url + "/training/stop/", "run=any").statusCode());
                    }
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void warned(String warning) {
                throw new AssertionError(warning);
            }
        });
        assertTrue(trained.result().isWhole());
    }

    @Test
    void trainingsOfOneApplicationStandSideBySide() throws Exception {
        SparkSession spark = session(Map.of("spark.app.name", "two"));
        String url = spark.sparkContext().uiWebUrl().get();
        CompletableFuture<Trained> one =
                CompletableFuture.supplyAsync(() -> training(spark, 3).train());
        CompletableFuture<Trained> two =
                CompletableFuture.supplyAsync(() -> training(spark, 4).train());
        assertEquals(3, one.get().history().size());
        assertEquals(4, two.get().history().size());
        String page = awaited(url + "/training/", "epoch 4 of 4");
        awaited(url + "/training/", "epoch 3 of 3");
        assertEquals(2, Pattern.compile("adjoint-run").matcher(page).results().count());
    }

    @Test
    void theHistoryServerShowsTheSame(@TempDir Path directory) throws Exception {
        SparkSession spark = session(Map.of(
                "spark.eventLog.enabled",
                "true",
                "spark.eventLog.dir",
                directory.toUri().toString()));
        String url = spark.sparkContext().uiWebUrl().get();
        String application = spark.sparkContext().applicationId();
        training(spark, 5).train();
        String live = content(awaited(url + "/training/", "all epochs are done"));
        spark.stop();

        SparkConf conf = new SparkConf(false)
                .set("spark.history.fs.logDirectory", directory.toUri().toString())
                .set("spark.history.store.path", directory.resolve("store").toString())
                .set("spark.ui.port", "0");
        FsHistoryProvider provider = new FsHistoryProvider(conf);
        HistoryServer server = new HistoryServer(
                conf,
                provider,
                new SecurityManager(conf, Option.empty(), SecurityManager.$lessinit$greater$default$3()),
                0);
        server.initialize();
        try {
            server.bind();
            provider.start();
            String page = awaited(
                    "http://localhost:%d/history/%s/training/".formatted(server.boundPort(), application),
                    "all epochs are done");
            assertEquals(live, content(page));
            assertTrue(
                    page.contains("/history/" + application + "/static/adjoint/training.css")
                            || page.contains("/static/adjoint/training.css"),
                    page);
        } finally {
            server.stop();
        }
    }

    private static String content(String page) {
        Matcher content =
                Pattern.compile("<section.*</section>", Pattern.DOTALL).matcher(page);
        assertTrue(content.find(), page);
        return content.group();
    }
}
