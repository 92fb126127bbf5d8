package dev.adjoint.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.Reverse;
import dev.adjoint.autodiff.show.GraphvizDot;
import dev.adjoint.jobs.report.drawing.Svg;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Affine;
import dev.adjoint.model.Network;
import dev.adjoint.worker.BatchShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code graph} as a user meets it. */
class GraphCommandTest {
    private static final Network NETWORK =
            Network.predicting(3, 1, 4, List.of(new Affine(8, Activation.TANH)), Optional.empty());

    @TempDir
    private Path folder = Path.of("");

    private String conf = "";

    @BeforeEach
    void writeAJobFile() throws IOException {
        conf = Files.writeString(folder.resolve("iris.conf"), """
                        task = classification
                        data { train = "../conf/data/iris.csv", label = _c4 }
                        model { recipe = plain, hidden = [8], activation = tanh }
                        output.model = "%s"
                        spark.master = "local[2]"
                        """.formatted(folder.resolve("model")))
                .toString();
    }

    @Test
    void withoutAnOutputTheProgramIsPrinted() {
        Run primal = graph();
        assertEquals(0, primal.code(), primal.err());
        assertEquals(NETWORK.objective(BatchShape.dense(32), 1).program().toString(), primal.out());
        assertEquals(
                Reverse.gradient(NETWORK.objective(BatchShape.dense(7), 1).program(), "loss")
                        .toString(),
                graph("--gradient", "--rows", "7").out());
    }

    @Test
    void thePictureShowsEveryStep() throws Exception {
        Path file = folder.resolve("new/folder/iris.svg");
        Run run = graph("--gradient", "--output", file.toString());
        assertEquals(0, run.code(), run.err());
        Program gradient =
                Reverse.gradient(NETWORK.objective(BatchShape.dense(32), 1).program(), "loss");
        JsonNode summary = run.json();
        assertEquals("graph", summary.get("job").asText());
        assertEquals(32, summary.get("rows").asInt());
        assertEquals(NETWORK.parameterCount(), summary.get("parameters").asInt());
        assertEquals(gradient.steps().size(), summary.get("steps").asInt());
        assertEquals(gradient.primalSteps(), summary.get("primal_steps").asInt());
        assertEquals(file.toString(), summary.get("output").asText());

        Svg svg = Svg.parse(Files.readString(file));
        List<String> shown = new ArrayList<>(svg.nodes("primal"));
        assertEquals(gradient.primalSteps(), shown.size());
        shown.addAll(svg.nodes("adjoint"));
        // The steps of the printed program, without its padding.
        List<String> printed = gradient.toString()
                .lines()
                .map(line -> line.strip().replaceAll(" +", " "))
                .filter(line -> line.startsWith("v"))
                .toList();
        assertEquals(gradient.steps().size(), printed.size());
        assertEquals(printed, shown);
    }

    @Test
    void theFileIsWrittenAsItsNameSays() throws IOException {
        Program program = NETWORK.objective(BatchShape.dense(32), 1).program();
        Path dot = folder.resolve("iris.DOT");
        Path txt = folder.resolve("iris.txt");
        assertEquals(0, graph("--output", dot.toString()).code());
        assertEquals(0, graph("--output", txt.toString()).code());
        assertEquals(GraphvizDot.of(program), Files.readString(dot));
        assertEquals(program.toString(), Files.readString(txt));
    }

    @Test
    void anExistingFileIsReplacedWhenAskedAndNothingIsLeftBeside() throws IOException {
        Path file = Files.writeString(folder.resolve("iris.dot"), "old");
        graph("--output", file.toString())
                .assertProblem(2, file + " exists (that is " + file + "); choose another name");
        assertEquals("old", Files.readString(file));
        Run again = graph("--output", file.toString(), "--overwrite");
        assertEquals(0, again.code(), again.err());
        assertEquals(GraphvizDot.of(NETWORK.objective(BatchShape.dense(32), 1).program()), Files.readString(file));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(
                    List.of("iris.conf", "iris.dot"),
                    left.map(p -> p.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void aFileThatIsNotWrittenToTheEndIsNotThere() throws IOException {
        OutputFile file = new OutputFile(folder.resolve("half.txt"));
        // Half of a surrogate pair cannot be encoded.
        IOException e = assertThrows(IOException.class, () -> file.write("text \uD800"));
        assertTrue(e.toString().contains("half.txt cannot be written: "), e.toString());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(1, left.count());
        }
    }

    @Test
    void wrongUsageIsToldBeforeTheDataIsRead() throws IOException {
        String none = "data.train=none.csv";
        graph("--set", none, "--output", "iris.png")
                .assertProblem(2, "--output iris.png: expected a name that ends in .svg, .dot or .txt");
        graph("--set", none, "--output", "svg").assertProblem(2, "expected a name that ends in");
        graph("--set", none, "--rows", "0").assertProblem(2, "--rows 0: expected 1 or more");
        Path taken = Files.writeString(folder.resolve("taken"), "");
        graph("--set", none, "--output", taken + "/iris.svg")
                .assertProblem(2, "iris.svg cannot be made: " + taken + " is no directory");
        Path directory = Files.createDirectory(folder.resolve("d.svg"));
        graph("--set", none, "--output", directory.toString(), "--overwrite")
                .assertProblem(2, "d.svg is a directory, expected a file or nothing");
        assertEquals(2, graph("--rows", "many").code());
        graph("--set", none, "--output", folder.resolve("iris.svg").toString())
                .assertProblem(3, "there is no file at none.csv");
    }

    @Test
    void moreRowsThanAnArrayHoldsAreWrongUsage() {
        graph("--rows", "2147483647")
                .assertProblem(2, "--rows 2147483647: shape: [2147483647x4] has more elements than one array holds");
    }

    private Run graph(String... arguments) {
        List<String> all = new ArrayList<>(List.of("graph", "--conf", conf));
        all.addAll(List.of(arguments));
        return Run.of(all.toArray(String[]::new));
    }
}
