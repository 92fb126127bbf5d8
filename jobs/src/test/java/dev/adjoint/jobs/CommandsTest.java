package dev.adjoint.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.adjoint.autodiff.Op;
import dev.adjoint.autodiff.Shape;
import dev.adjoint.autodiff.Value;
import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.autodiff.kernel.Unary;
import dev.adjoint.driver.settings.Key;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.jobs.config.JobConfig;
import dev.adjoint.model.Layer;
import dev.adjoint.model.Loss;
import dev.adjoint.model.Scope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as a user meets them: what they print, how they exit, what they leave behind. */
class CommandsTest {
    @TempDir
    private Path folder = Path.of("");

    private String conf = "";

    @BeforeEach
    void writeAJobFile() throws IOException {
        conf = file("iris.conf", """
                task = classification
                data { train = "../conf/data/iris.csv", label = _c4, validation-fraction = 0.2 }
                model { recipe = plain, hidden = [8], activation = tanh }
                training { epochs = 8, batch-size = 16 }
                output.model = "%s"
                spark.master = "local[2]"
                """.formatted(folder.resolve("model")));
    }

    /** The short form says activations, and so cannot stand beside layers one by one. */
    private String withLayers(String layers) throws IOException {
        String text = Files.readString(Path.of(conf));
        return file(
                "layers.conf",
                text.replace(
                        "model { recipe = plain, hidden = [8], activation = tanh }",
                        "model { recipe = plain, layers = [" + layers + "] }"));
    }

    private static String layer(Class<? extends Layer> type) {
        return "{ layer = \"%s\", units = 8 }".formatted(type.getName());
    }

    /** A layer of one's own. */
    public record Gated(int units) implements Layer {
        @Override
        public Value apply(Scope scope, Value x) {
            return scope.affine(x, units)
                    .multiply(x.matmul(scope.weights("V", x.columns(), units)).logistic());
        }
    }

    /** A loss of one's own: the squared distance of the probabilities from the class. */
    public static final class Brier implements Loss.OfClasses {
        @Override
        public Value perExample(Value logits, Value classes) {
            return logits.softmax()
                    .subtract(classes.oneHot(logits.columns()))
                    .power(2)
                    .sumColumns();
        }
    }

    /** A layer with an operation of one's own, whose reverse rule is off by a tenth. */
    public record Wrong(int units) implements Layer {
        private record Doubled() implements Op {
            @Override
            public Shape shape(List<Shape> operands) {
                return operands.get(0);
            }

            @Override
            public void run(Kernels kernels, Block[] operands, Block result) {
                kernels.map(Unary.SCALE, 2, operands[0], result);
            }

            @Override
            public Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
                return tangent.multiply(2);
            }

            @Override
            public Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
                return adjoint.multiply(2.2);
            }
        }

        @Override
        public Value apply(Scope scope, Value x) {
            return scope.affine(x, units).apply(new Doubled()).tanh();
        }
    }

    @Test
    void gradcheckTellsARightGradientFromAWrongOne() throws IOException {
        Run right = Run.of("gradcheck", "--conf", conf, "--rows", "10");
        assertEquals(0, right.code(), right.err());
        assertTrue(right.json().get("passed").asBoolean());
        assertTrue(right.json().get("error").asDouble() < 1e-5, right.out());
        assertTrue(right.err().contains("checking 67 parameters on 10 rows"), right.err());

        Run wrong = Run.of("gradcheck", "--conf", withLayers(layer(Wrong.class)));
        assertEquals(1, wrong.code(), wrong.err());
        assertFalse(wrong.json().get("passed").asBoolean());
        assertTrue(wrong.json().get("worst").asText().matches("(W1|b1)\\[\\d+,\\d+]"), wrong.out());
        assertEquals(0.1 / 1.1, wrong.json().get("error").asDouble(), 1e-3);
        // The layer behind it is right, and said to be.
        assertTrue(wrong.out().lines().anyMatch(line -> line.matches("W2 .* \\d\\.\\de-(0[6-9]|1\\d)")), wrong.out());
    }

    @Test
    void aLayerAndALossOfOnesOwnAreTrainedSavedAndReadByTheirNames() throws IOException {
        String own = withLayers(layer(Gated.class));
        Run train = Run.of("train", "--conf", own, "--set", "model.loss=" + Brier.class.getName());
        assertEquals(0, train.code(), train.err());
        assertEquals(2 * 4 * 8 + 8 + 8 * 3 + 3, train.json().get("parameters").asInt());
        assertTrue(train.json().get("accuracy").asDouble() > 0.8, train.out());
        assertTrue(train.err().contains("4-8-3 " + Gated.class.getName()), train.err());
        JsonNode heldOut =
                Run.of("evaluate", "--model", model(), "--conf", conf).json();
        assertEquals(train.json().get("validation").get("loss"), heldOut.get("loss"));

        Run unknown = Run.of("train", "--conf", conf, "--overwrite", "--set", "model.loss=no.such.Loss");
        assertEquals(2, unknown.code());
        assertTrue(
                unknown.err()
                        .contains("model.loss: loss no.such.Loss: there is no such class; give its jar with --jars"),
                unknown.err());
        Run regression = Run.of("train", "--conf", conf, "--overwrite", "--set", "model.loss=huber");
        assertTrue(regression.err().contains("model.loss: huber is not for classification"), regression.err());
    }

    @Test
    void layersSaidOneByOneAreThoseOfTheShortForm() throws IOException {
        String expected = Run.of("train", "--conf", conf).json().get("checksum").asText();
        Run one = Run.of(
                "train", "--conf", withLayers("{ layer = affine, units = 8, activation = tanh }"), "--overwrite");
        assertEquals(0, one.code(), one.err());
        assertEquals(expected, one.json().get("checksum").asText());
        Run set = Run.of(
                "train",
                "--conf",
                conf,
                "--overwrite",
                "--set",
                "model.layers=[{layer: affine, units: 8, activation: tanh}]");
        assertEquals(expected, set.json().get("checksum").asText(), "what is set replaces the file's short form");
        String twice =
                file("twice.conf", Files.readString(Path.of(conf)) + "\nmodel.layers = [{layer: affine, units: 8}]");
        Run both = Run.of("train", "--conf", twice, "--overwrite");
        both.assertProblem(2, "model.layers says the layers already, each with its options; leave one out");
        Run typo = Run.of("train", "--conf", withLayers("{ layer = affine, unit = 8 }"), "--overwrite");
        typo.assertProblem(
                2, "model.layers: layer affine has no option unit; it has [units, activation, initial, bias]");
    }

    @Test
    void theBestEpochIsKeptAndTold() throws IOException {
        String[] wild = {"--set", "training.learning-rate=2", "--set", "training.epochs=20", "--overwrite"};
        Run best = Run.of("train", "--conf", conf, wild[0], wild[1], wild[2], wild[3], wild[4]);
        Run last = Run.of(
                "train", "--conf", conf, wild[0], wild[1], wild[2], wild[3], wild[4], "--set", "model.keep=last");
        assertEquals(0, best.code(), best.err());
        assertEquals(20, last.json().get("kept_epoch").asInt());
        assertTrue(best.json().get("kept_epoch").asInt() <= 20);
        double least = best.err()
                .lines()
                .filter(line -> line.startsWith("epoch "))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll(".*validation loss ([\\d.]+),.*", "$1")))
                .min()
                .orElseThrow();
        assertEquals(least, best.json().get("validation").get("loss").asDouble(), 1e-4);
        assertTrue(last.json().get("validation").get("loss").asDouble() >= least - 1e-4);
    }

    @Test
    void everyKeyIsListedWithItsDefault() {
        Run help = Run.of("train", "--help-config");
        assertEquals(0, help.code(), help.err());
        for (Key<?> key : Keys.ALL) {
            assertTrue(help.out().contains("\n" + key.name() + " "), key.name());
        }
        assertTrue(help.out().lines().anyMatch(line -> line.matches("model.hidden +\\[256, 128\\] .*")), help.out());
    }

    @Test
    void localStepsTrainAndAProfileSaysWhereTheTimeWent() throws IOException {
        Run train = Run.of("train", "--conf", conf, "--set", "training.synchronise.every=2 steps", "--profile");
        assertEquals(0, train.code(), train.err());
        assertEquals(8 * 8, train.json().get("steps").asInt());
        assertTrue(train.json().get("accuracy").asDouble() > 0.8, train.out());
        assertTrue(train.err().contains("compute (slowest task) "), train.err());
        assertTrue(train.err().contains("a round without work (median) "), train.err());
        JsonNode profile = train.json().get("profile_ms");
        assertTrue(profile.get("compute (slowest task)").asDouble() > 0, train.out());
        assertTrue(profile.get("a round without work").asDouble() > 0, train.out());

        Run wrong = Run.of("train", "--conf", conf, "--overwrite", "--set", "training.synchronise.every=0 steps");
        assertEquals(2, wrong.code());
        assertTrue(
                wrong.err()
                        .contains(
                                "training.synchronise.every: expected step, a number of steps (\"10 steps\") or epoch, not 0 steps"),
                wrong.err());
    }

    @Test
    void evaluateGivesWhatTrainReported() throws IOException {
        Run train = Run.of("train", "--conf", conf);
        assertEquals(0, train.code(), train.err());
        JsonNode summary = train.json();
        assertEquals("train", summary.get("job").asText());
        assertEquals(120, summary.get("examples").asInt());
        assertEquals(4, summary.get("features").asInt());
        assertEquals(3, summary.get("classes").asInt());
        assertEquals(4 * 8 + 8 + 8 * 3 + 3, summary.get("parameters").asInt());
        assertEquals(8, summary.get("epochs").asInt());
        assertEquals(8 * 8, summary.get("steps").asInt());
        assertTrue(summary.get("loss").asDouble() > 0);
        assertTrue(summary.get("accuracy").asDouble() > 0.8);
        assertTrue(summary.get("seconds").asDouble() > 0);
        assertTrue(summary.get("examples_per_second").asDouble() > 0);
        assertTrue(summary.get("checksum").asText().matches("[0-9a-f]{64}"));
        assertTrue(summary.get("blas").asText().startsWith("OpenBLAS"));
        assertEquals(folder.resolve("model").toString(), summary.get("model").asText());
        List<String> epochs =
                train.err().lines().filter(l -> l.startsWith("epoch ")).toList();
        assertEquals(8, epochs.size(), train.err());
        assertTrue(
                epochs.get(7)
                        .matches(
                                "epoch 8/8  loss [\\d.]+  validation loss [\\d.]+, accuracy [\\d.]+ %  [\\d,]+ examples/s"
                                        + "  compute \\d+ %, communication \\d+ %  0:00 left"),
                epochs.get(7));

        JsonNode heldOut =
                Run.of("evaluate", "--model", model(), "--conf", conf).json();
        assertEquals("evaluate", heldOut.get("job").asText());
        assertEquals(summary.get("validation").get("examples"), heldOut.get("examples"));
        assertEquals(summary.get("validation").get("accuracy"), heldOut.get("accuracy"));
        assertEquals(summary.get("validation").get("loss"), heldOut.get("loss"));
        JsonNode all = Run.of("evaluate", "--model", model(), "--data", "../conf/data/iris.csv")
                .json();
        double hits = 120 * summary.get("accuracy").asDouble()
                + 30 * summary.get("validation").get("accuracy").asDouble();
        assertEquals(150, all.get("examples").asInt());
        assertEquals(hits / 150, all.get("accuracy").asDouble(), 1e-9);
    }

    @Test
    void theSameConfigurationGivesTheSameChecksumAndAnotherSeedAnother() throws IOException {
        String first = Run.of("train", "--conf", conf).json().get("checksum").asText();
        assertEquals(
                first,
                Run.of("train", "--conf", conf, "--overwrite", "--set", "spark.master=local[1]")
                        .json()
                        .get("checksum")
                        .asText());
        assertFalse(first.equals(Run.of("train", "--conf", conf, "--overwrite", "--set", "training.seed=2")
                .json()
                .get("checksum")
                .asText()));
    }

    @Test
    void predictWritesTheRowsWithPredictionsAndProbabilities() throws IOException {
        assertEquals(0, Run.of("train", "--conf", conf).code());
        String data = file("new.csv", "5.1,3.5,1.4,0.2\n6.3,3.3,6.0,2.5\n");
        String output = folder.resolve("scored").toString();
        Run predict = Run.of("predict", "--model", model(), "--data", data, "--output", output);
        assertEquals(0, predict.code(), predict.err());
        assertEquals(2, predict.json().get("examples").asInt());
        List<String> lines = new ArrayList<>();
        try (Stream<Path> parts = Files.list(Path.of(output))) {
            for (Path part : parts.filter(p -> p.toString().endsWith(".csv")).toList()) {
                lines.addAll(Files.readAllLines(part));
            }
        }
        assertEquals("_c0,_c1,_c2,_c3,prediction,probability", lines.get(0));
        assertTrue(lines.get(1).matches("5.1,3.5,1.4,0.2,Iris-setosa,\"\\[[0-9.E,-]+\\]\""), lines.get(1));
        assertTrue(lines.get(2).startsWith("6.3,3.3,6.0,2.5,Iris-virginica,"), lines.get(2));
        assertEquals(
                2,
                Run.of("predict", "--model", model(), "--data", data, "--output", output)
                        .code());
        Run again = Run.of(
                "predict",
                "--model",
                model(),
                "--data",
                data,
                "--output",
                output,
                "--overwrite",
                "--set",
                "spark.master=local[1]");
        assertEquals(0, again.code(), again.err());
        Run.of("evaluate", "--model", model(), "--data", data, "--set", "data.label=_c4")
                .assertProblem(
                        2,
                        "without a job file, --set takes keys of Spark (spark.*), and how data is read: data.format,");
    }

    /** The label is the first column, so that the others move up where it is missing. */
    @Test
    void filesWithoutNamesNorALabelAreScoredByTheOtherColumns() throws IOException {
        String train = file("train.csv", "u,1,0\nv,0,1\n".repeat(20));
        assertEquals(
                0,
                Run.of("train", "--conf", conf, "--set", "data.train=" + train, "--set", "data.label=_c0")
                        .code());
        String[] predict = {
            "predict",
            "--model",
            model(),
            "--overwrite",
            "--output",
            folder.resolve("s").toString()
        };
        for (String rows : List.of("1,0\n0,1\n", "v,1,0\nu,0,1\n")) {
            Run run = Run.of(Stream.concat(Stream.of(predict), Stream.of("--data", file("new.csv", rows)))
                    .toArray(String[]::new));
            assertEquals(0, run.code(), run.err());
            assertEquals(
                    !rows.contains("v"),
                    run.err().contains("new.csv has no label, its columns are [_c1, _c2]"),
                    run.err());
            try (Stream<Path> parts = Files.list(folder.resolve("s"))) {
                Path part = parts.filter(p -> p.toString().endsWith(".csv"))
                        .findFirst()
                        .orElseThrow();
                List<String> lines = Files.readAllLines(part);
                assertTrue(lines.get(0).endsWith("_c1,_c2,prediction,probability"), lines.get(0));
                assertTrue(lines.get(1).contains("1,0,u,"), lines.get(1));
                assertTrue(lines.get(2).contains("0,1,v,"), lines.get(2));
            }
        }
        for (String row : List.of("1\n", "u,1,0,1\n")) {
            Run.of(Stream.concat(Stream.of(predict), Stream.of("--data", file("new.csv", row)))
                            .toArray(String[]::new))
                    .assertProblem(
                            3,
                            "columns, expected 3, or 2 without the label: [_c0, _c1, _c2]; if it has others, name them by"
                                    + " data.columns");
        }
    }

    @Test
    void newDataMayBeWrittenOtherwiseThanTheTrainingData() throws IOException {
        assertEquals(0, Run.of("train", "--conf", conf).code());
        Path data = folder.resolve("new.csv");
        Files.write(data, "5.1:3.5:1.4:0.2:\u00fc:Iris-setosa\n".getBytes(StandardCharsets.ISO_8859_1));
        String output = folder.resolve("scored").toString();
        Run predict = Run.of(
                "predict",
                "--model",
                model(),
                "--data",
                data.toString(),
                "--output",
                output,
                "--set",
                "data.separator=:",
                "--set",
                "data.encoding=latin1",
                "--set",
                "data.columns=[_c0, _c1, _c2, _c3, city, _c4]");
        assertEquals(0, predict.code(), predict.err());
        assertTrue(predict.err().contains("cells are separated by \":\", the encoding is ISO-8859-1"), predict.err());
        try (Stream<Path> parts = Files.list(Path.of(output))) {
            Path part =
                    parts.filter(p -> p.toString().endsWith(".csv")).findFirst().orElseThrow();
            assertTrue(Files.readString(part).contains("0.2,\u00fc,Iris-setosa,Iris-setosa,"), Files.readString(part));
        }
        Run evaluate = Run.of(
                "evaluate",
                "--model",
                model(),
                "--data",
                data.toString(),
                "--set",
                "data.separator=:",
                "--set",
                "data.columns=[_c0, _c1, _c2, _c3, city, _c4]");
        assertEquals(0, evaluate.code(), evaluate.err());
    }

    @Test
    void cellsThatPredictPassesThroughComeBackFromAnotherParserAsTheyWere() throws IOException {
        assertEquals(0, Run.of("train", "--conf", conf).code());
        List<String> texts = List.of("he said \"go\", twice", "C:\\tmp\\", "two\nlines; \"", "plain", "ü,");
        StringBuilder text = new StringBuilder();
        for (String cell : texts) {
            text.append("5.1,3.5,1.4,0.2,\"%s\"\n".formatted(cell.replace("\"", "\"\"")));
        }
        String output = folder.resolve("scored").toString();
        Run predict =
                Run.of("predict", "--model", model(), "--data", file("new.csv", text.toString()), "--output", output);
        assertEquals(0, predict.code(), predict.err());
        List<String> back = new ArrayList<>();
        try (Stream<Path> parts = Files.list(Path.of(output))) {
            for (Path part : parts.filter(p -> p.toString().endsWith(".csv")).toList()) {
                try (CSVParser parser = CSVParser.parse(
                        part,
                        StandardCharsets.UTF_8,
                        CSVFormat.RFC4180.builder().setHeader().get())) {
                    parser.forEach(row -> back.add(row.get("_c4")));
                }
            }
        }
        assertEquals(texts, back);
    }

    @Test
    void regressionReportsErrorsInTheLabelsUnits() throws IOException {
        Run train = Run.of(
                "train",
                "--conf",
                conf,
                "--set",
                "task=regression",
                "--set",
                "data.label=_c3",
                "--set",
                "data.features=_c0,_c1,_c2");
        assertEquals(0, train.code(), train.err());
        JsonNode summary = train.json();
        assertFalse(summary.has("accuracy"));
        assertFalse(summary.has("classes"));
        assertTrue(summary.get("rmse").asDouble() < 0.76, "a petal's width deviates by 0.76 cm");
        assertTrue(summary.get("mae").asDouble() < summary.get("rmse").asDouble());
        assertTrue(summary.get("r2").asDouble() > 0.5);
    }

    @Test
    void anExistingModelIsRefusedBeforeAnythingIsDone() throws IOException {
        Files.createDirectory(folder.resolve("model"));
        Run run = Run.of("train", "--conf", conf);
        run.assertProblem(
                2, model() + " exists (that is file:" + model() + "); choose another place, or add --overwrite");
    }

    @Test
    void anOutputThatCannotBeMadeIsToldBeforeAnythingIsDone() throws IOException {
        String file = file("taken", "");
        Run.of("train", "--conf", conf, "--set", "output.model=" + file + "/model")
                .assertProblem(2, "taken is a file");
    }

    @Test
    void allProblemsOfAConfigurationAreToldAtOnce() throws IOException {
        String bad = file("bad.conf", """
                task = clustering
                data { train = x.csv, lable = y, format = xml, columns = [a, b, a], separator = "::", encoding = utf9, quote = "''" }
                model { hidden = [64, 0] }
                training { epochs = many, momentum = 1.0, batch-size = 0, shards = 3, learning-rate = fast }
                """);
        Run run = Run.of("train", "--conf", bad);
        assertEquals(2, run.code(), run.err());
        for (String problem : List.of(
                "task: expected one of [classification, regression, reconstruction], not clustering",
                "data.label is not set",
                "data.format: expected one of [csv, parquet, orc, json, libsvm], not xml",
                "data.separator: expected auto, tab, or one character that is no line break and no backslash, not ::",
                "data.encoding: expected auto or the name of a charset (UTF-8, UTF-16, windows-1252, ...), not utf9",
                "data.quote: expected one character, or none, not ''",
                "data.columns: a name stands there twice: [a, b, a]",
                "output.model is not set",
                "model.hidden: expected at least 1 unit a layer, not 0",
                "training.epochs: expected a whole number, not many",
                "training.momentum: expected 0 or more and less than 1, not 1.0",
                "training.batch-size: expected a number of examples, full or auto, not 0",
                "training.shards: expected a power of two up to 1048576 or auto, not 3",
                "training.learning-rate: expected a number, not fast",
                "data.lable: there is no such key; the nearest are [data.label, ")) {
            assertTrue(run.err().contains(problem), problem + "\n" + run.err());
        }
        assertTrue(run.err().contains("bad.conf: 4"), run.err());
    }

    @Test
    void wrongUsageExitsWithTwo() {
        assertEquals(2, Run.of("trane").code());
        assertEquals(2, Run.of("train").code());
        assertEquals(2, Run.of("evaluate", "--model", "m").code());
        Run.of("train", "--conf", "none.conf").assertProblem(2, "there is no job file none.conf");
        Run.of("train", "--conf", conf, "--set", "nonsense").assertProblem(2, "--set nonsense: expected key=value");
    }

    @Test
    void unusableDataExitsWithThreeAndLeavesNothing() throws IOException {
        Run.of("train", "--conf", conf, "--set", "data.train=none.csv")
                .assertProblem(3, "there is no file at none.csv");
        Run.of("train", "--conf", conf, "--set", "data.label=species").assertProblem(3, "the nearest names are");
        Run.of("train", "--conf", conf, "--set", "data.train=" + file("m.csv", "1,2,3,4,a\n2,x,3,4,b\n3,4,4,4,a\n"))
                .assertProblem(3, "is numeric but has");
        Run.of("evaluate", "--model", model(), "--conf", conf).assertProblem(3, "there is no model at");
        assertFalse(Files.exists(folder.resolve("model")));
    }

    @Test
    void divergenceExitsWithFourAndLeavesNothing() throws IOException {
        Run run = Run.of(
                "train",
                "--conf",
                conf,
                "--set",
                "model.activation=relu",
                "--set",
                "task=regression",
                "--set",
                "data.label=_c0",
                "--set",
                "data.features=_c1,_c2",
                "--set",
                "training.learning-rate=1e9");
        run.assertProblem(4, "the training diverged; lower training.learning-rate (now 1.0E9)");
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(
                    List.of("iris.conf"),
                    left.map(p -> p.getFileName().toString()).toList());
        }
    }

    @Test
    void helpNamesTheCommandsAndTheExitCodes() {
        Run help = Run.of("--help");
        assertEquals(0, help.code());
        for (String word : List.of("train", "evaluate", "predict", "graph", "Exit codes", "--help")) {
            assertTrue(help.out().contains(word), help.out());
        }
        assertTrue(Run.of("train", "--help").out().contains("--overwrite"));
    }

    @Test
    void everyJobFileOfTheRepositoryLoads() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("../conf"))) {
            List<Path> jobs = files.filter(f -> f.toString().endsWith(".conf")).toList();
            assertTrue(jobs.size() >= 3);
            for (Path job : jobs) {
                JobConfig config = JobConfig.load(job, List.of());
                assertTrue(
                        Files.exists(Path.of("..").resolve(config.settings().require(Keys.TRAIN))),
                        job + ": " + config.settings().require(Keys.TRAIN));
            }
        }
    }

    private String model() {
        return folder.resolve("model").toString();
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }
}
