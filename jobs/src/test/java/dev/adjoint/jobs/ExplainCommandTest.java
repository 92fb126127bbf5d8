package dev.adjoint.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {
    @TempDir
    private Path folder = Path.of("");

    private String conf = "";

    @BeforeEach
    void writeAJobFile() throws IOException {
        conf = Files.writeString(folder.resolve("iris.conf"), """
                        task = classification
                        data { train = "../conf/data/iris.csv", label = _c4, validation-fraction = 0.2 }
                        model { recipe = plain, hidden = [8], activation = tanh }
                        training { epochs = 8, batch-size = 64, shards = 4 }
                        output.model = "model"
                        spark.master = "local[2]"
                        """).toString();
    }

    @Test
    void whatARoundCostsIsToldFromTheDataAndAMeasuredRate() throws IOException {
        Run run = explain("--executors", "4");
        assertEquals(0, run.code(), run.err());
        JsonNode json = run.json();
        assertEquals("explain", json.get("job").asText());
        assertEquals(120, json.get("examples").asInt());
        assertEquals(4 * 8 + 8 + 8 * 3 + 3, json.get("parameters").asInt());
        assertEquals(64, json.get("examples_per_round").asInt());
        assertEquals(4, json.get("shards").asInt());
        assertTrue(json.get("gflops_per_core").asDouble() > 0);
        assertEquals(4 * 67, json.get("round").get("broadcast_bytes").asInt());
        assertEquals(4 * 4 * 67, json.get("round").get("result_bytes").asInt());
        assertTrue(run.err().contains("measuring a core: gradients, 16 rows at a time"), run.err());
        for (String part : List.of(
                "network 4-8-3 tanh, 67 parameters; 120 examples",
                "a round: 64 examples over 4 shards",
                "a round as a job, on 4 executors",
                "training.rounds = auto makes resident rounds",
                "schedule 4 tasks",
                "--executor-memory 512m",
                "4 shards: more than 4 cores idle")) {
            assertTrue(run.out().contains(part), part + "\n" + run.out());
        }
        Run jobs = explain("--executors", "4", "--set", "training.rounds=jobs");
        assertTrue(jobs.out().contains("no batch has as little as 10 % overhead on 4 executors"), jobs.out());
    }

    @Test
    void theTableGoesToAThousandExecutorsForDataThatIsNotThereYet() throws IOException {
        Run run = explainForSixteen("jobs");
        assertEquals(0, run.code(), run.err());
        assertEquals("", run.err(), "nothing is read, nothing is measured");
        JsonNode json = run.json();
        List<Integer> executors = new ArrayList<>();
        json.get("scaling").forEach(cost -> executors.add(cost.get("executors").asInt()));
        assertEquals(List.of(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000), executors);
        JsonNode round = json.get("round");
        double sum = 0;
        for (String phase : List.of("send", "broadcast", "schedule", "compute", "transfer", "reduce", "update")) {
            sum += round.get(phase + "_ms").asDouble();
        }
        assertEquals(round.get("ms").asDouble(), sum, 1e-9);
        assertEquals(round.get("ms"), json.get("scaling").get(4).get("ms"));
        assertEquals(1, json.get("scaling").get(0).get("efficiency").asDouble());
        double crossOver = json.get("crossover_executors").asDouble();
        for (JsonNode cost : json.get("scaling")) {
            assertTrue(
                    cost.get("executors").asDouble() < crossOver
                            || cost.get("overhead").asDouble() >= 0.5,
                    cost.toString());
        }
        JsonNode larger = json.get("synchronised").get("every step, 10 % overhead");
        assertTrue(larger.get("batch").asInt() > 65536, larger.toString());
        assertTrue(larger.get("overhead").asDouble() <= 0.1, larger.toString());
        assertTrue(run.out().lines().anyMatch(line -> line.matches(" +1000 .*%.*")), run.out());
    }

    @Test
    void whatAutoMakesOfRoundsIsWhatItTellsOf() throws IOException {
        JsonNode jobs = explainForSixteen("jobs").json();
        JsonNode auto = explainForSixteen("auto").json();
        String asConfigured = "as configured";
        double resident = auto.get("resident_round").get("ms").asDouble();
        assertEquals(
                resident, auto.get("synchronised").get(asConfigured).get("ms").asDouble());
        assertEquals(resident, auto.get("scaling").get(4).get("resident_ms").asDouble());
        assertEquals(
                jobs.get("round").get("ms"),
                jobs.get("synchronised").get(asConfigured).get("ms"));
        assertTrue(auto.get("fastest_executors").asInt()
                > jobs.get("fastest_executors").asInt());
    }

    /** Of data that is not there. */
    private Run explainForSixteen(String rounds) {
        return explain(
                "--executors",
                "16",
                "--cores",
                "4",
                "--gflops",
                "80",
                "--network",
                "25",
                "--set",
                "data.train=not-yet.csv",
                "--set",
                "training.rounds=" + rounds,
                "--set",
                "training.batch-size=65536",
                "--set",
                "training.shards=1024",
                "--set",
                "model.hidden=[512,256]",
                "--examples",
                "1000000",
                "--features",
                "784",
                "--classes",
                "10");
    }

    @Test
    void wrongArgumentsExitWithTwo() {
        explain("--executors", "0").assertProblem(2, "--executors 0: expected 1 to 100000");
        explain("--cores", "-1").assertProblem(2, "--cores -1: expected 1 to 1024");
        explain("--network", "0").assertProblem(2, "--network 0.0: expected more than 0");
        explain("--gflops", "NaN").assertProblem(2, "--gflops NaN: expected more than 0");
        explain("--examples", "10", "--features", "0", "--classes", "3")
                .assertProblem(2, "--features 0: expected 1 or more");
        explain("--examples", "10", "--features", "4")
                .assertProblem(2, "--classes 0: expected 2 or more, for classification");
        Run half = explain("--examples", "10");
        assertEquals(2, half.code());
        assertTrue(half.err().contains("--features"), half.err());
        Run text = explain("--executors", "many");
        assertEquals(2, text.code());
        assertTrue(text.err().contains("--executors"), text.err());
        assertFalse(Files.exists(folder.resolve("model")));
    }

    private Run explain(String... arguments) {
        List<String> all = new ArrayList<>(List.of("explain", "--conf", conf));
        all.addAll(List.of(arguments));
        return Run.of(all.toArray(String[]::new));
    }
}
