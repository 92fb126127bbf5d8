package dev.adjoint.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train} with checkpoints, as a user meets it. */
class ResumeCommandTest {
    @TempDir
    private Path folder = Path.of("");

    private String conf = "";
    private String expected = "";

    @BeforeEach
    void trainInOneGo() throws IOException {
        Path file = folder.resolve("iris.conf");
        Files.writeString(file, """
                task = classification
                data { train = "../conf/data/iris.csv", label = _c4, validation-fraction = 0.2 }
                model { recipe = plain, hidden = [8], activation = tanh }
                training { epochs = 8, batch-size = 16 }
                checkpoint.every = 3 steps
                output.model = "%s"
                spark.master = "local[2]"
                """.formatted(folder.resolve("model")));
        conf = file.toString();
        expected = checksum(train());
    }

    private Run train(String... more) {
        List<String> arguments = new ArrayList<>(List.of("train", "--conf", conf, "--overwrite"));
        arguments.addAll(Arrays.asList(more));
        return Run.of(arguments.toArray(String[]::new));
    }

    private String kept() {
        return "checkpoint.directory=" + folder.resolve("c");
    }

    private static String checksum(Run run) throws IOException {
        assertEquals(0, run.code(), run.err());
        return run.json().get("checksum").asText();
    }

    @Test
    void aTrainingInTwoPartsHasTheChecksumOfOne() throws IOException {
        assertNotEquals(expected, checksum(train("--set", kept(), "--set", "training.epochs=5")));
        Run second = train("--set", kept(), "--resume");
        assertTrue(second.err().contains("resuming after step 40, in epoch 6: "), second.err());
        assertEquals(40, second.json().get("resumed_after_step").asLong());
        assertEquals(expected, checksum(second));
        Run done = train("--set", kept(), "--set", "training.resume=auto");
        assertEquals(expected, checksum(done), "nothing was left to do");
    }

    @Test
    void theLinesOfEpochsAreGoneOnWithOrReplacedAndNeverMixedUpByAccident() throws IOException {
        Path lines = folder.resolve("epochs.jsonl");
        String epochs = "output.epochs=" + lines;
        assertEquals(expected, checksum(train("--set", epochs)));
        assertEquals(8, Files.readAllLines(lines).size());
        train("--set", kept(), "--set", epochs, "--set", "training.epochs=5");
        assertEquals(5, Files.readAllLines(lines).size(), "replaced");
        assertEquals(expected, checksum(train("--set", kept(), "--set", epochs, "--resume")));
        assertEquals(8, Files.readAllLines(lines).size(), "gone on with");
        Run.of("train", "--conf", conf, "--set", epochs, "--set", "output.model=" + folder.resolve("other"))
                .assertProblem(2, lines + " exists");
        assertEquals(8, Files.readAllLines(lines).size());
    }

    @Test
    void whatIsThereIsNeitherLostNorMixedUpByAccident() throws IOException {
        train("--resume").assertProblem(2, "--resume: checkpoint.directory is not set");
        train("--set", kept(), "--resume").assertProblem(2, "--resume: there is no checkpoint in");
        train("--set", "training.resume=auto").assertProblem(2, "training.resume: needs checkpoint.directory");
        train("--set", kept(), "--set", "checkpoint.every=never")
                .assertProblem(2, "checkpoint.every: expected a number of epochs, steps or minutes");
        assertEquals(expected, checksum(train("--set", kept())));

        Run.of("train", "--conf", conf, "--set", kept(), "--set", "output.model=" + folder.resolve("other"))
                .assertProblem(2, "has the checkpoints of a training; go on from them with --resume");
        train("--set", kept(), "--resume", "--set", "training.momentum=0.5", "--set", "training.epochs=9")
                .assertProblem(2, "training.momentum was 0.9 and is 0.5");
        train("--set", kept(), "--resume", "--set", "data.validation-fraction=0.3")
                .assertProblem(2, "the examples' number was 120 and is 105");
        assertEquals(expected, checksum(train("--set", kept())), "with --overwrite, from the first step");
    }

    /** Written by the release whose checkpoints have format 1, after 10 epochs of conf/iris.conf. */
    @Test
    void aCheckpointOfFormat1IsGoneOnFrom() throws IOException {
        Path old = Files.createDirectory(folder.resolve("old"));
        Files.copy(Path.of("src/test/resources/format-1/iris.checkpoint"), old.resolve("step-000000000040.checkpoint"));
        String[] iris = {
            "train",
            "--conf",
            "../conf/iris.conf",
            "--set",
            "data.train=../conf/data/iris.csv",
            "--overwrite",
            "--set",
            "model.keep=last",
            "--set",
            "data.scale=standard", // as that release did
            "--set",
            "data.stratify=false", // likewise
            "--set",
            "spark.master=local[2]",
            "--set",
            "output.model=" + folder.resolve("iris")
        };
        Run whole = Run.of(iris);
        List<String> more = new ArrayList<>(List.of(iris));
        more.addAll(List.of("--resume", "--set", "checkpoint.directory=" + old));
        Run resumed = Run.of(more.toArray(String[]::new));
        assertEquals(0, resumed.code(), resumed.err());
        assertEquals(40, resumed.json().get("resumed_after_step").asLong());
        assertEquals(120, resumed.json().get("steps").asLong());
        // The bits are promised for one kind of processor and Java; the checkpoint says which that was.
        if (!resumed.err().contains("the bits may differ")) {
            assertEquals(checksum(whole), checksum(resumed));
        }
        more.addAll(List.of("--set", "model.keep=best", "--set", "training.epochs=31"));
        Run best = Run.of(more.toArray(String[]::new));
        assertEquals(0, best.code(), best.err());
        assertTrue(
                best.err().contains("warning: the checkpoint lacks the parameters of the best epoch so far"),
                best.err());
        assertEquals(31, best.json().get("kept_epoch").asInt());
    }

    @Test
    void aTrainingGoesOnFromAModelWithItsPreprocessing() throws IOException {
        String model = folder.resolve("model").toString();
        String output = "output.model=" + folder.resolve("tuned");
        Run tuned =
                train("--init-from", model, "--set", output, "--set", "training.epochs=3", "--set", "training.seed=2");
        assertNotEquals(expected, checksum(tuned));
        assertTrue(tuned.json().get("validation").get("accuracy").asDouble() > 0.9, tuned.out());
        train("--init-from", model, "--set", output, "--set", "model.hidden=[9]")
                .assertProblem(
                        2,
                        "--init-from: the model has the layers [{\"layer\":\"affine\",\"units\":8,\"activation\":\"tanh\"}], the settings say");
        train("--init-from", model, "--set", output, "--set", "data.class-weights=balanced")
                .assertProblem(2, "--init-from: data.class-weights is not applied");
        train("--init-from", folder.resolve("none").toString()).assertProblem(3, "there is no model at");
    }

    @Test
    void whereTheDirectoryCannotBeUsedNothingIsTrained() throws IOException {
        Files.writeString(folder.resolve("file"), "");
        train("--set", "checkpoint.directory=" + folder.resolve("file")).assertProblem(2, "cannot be used");
    }

    @Test
    void aRateThatIsFarTooHighIsLoweredWhereThatIsAskedFor() throws IOException {
        String[] wild = {"--set", "training.learning-rate=1e12", "--set", "training.rollback.factor=1e-7"};
        train(wild).assertProblem(4, "the training diverged; lower training.learning-rate");
        Run saved = train(wild[0], wild[1], wild[2], wild[3], "--set", "training.on-divergence=rollback");
        assertEquals(0, saved.code(), saved.err());
        assertTrue(saved.err().contains("warning: the "), saved.err());
        assertTrue(saved.err().contains("(rollback 1 of 3)"), saved.err());
    }
}
