package dev.adjoint.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A command of the launcher, as a process of its own. */
final class Job {
    /** Java's options for processes that live for seconds: the better compiler would take longer than it saves. */
    static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

    /** A training on digits, of one net with steps at a constant rate, to which settings are to be added. */
    static final List<String> DIGITS = List.of("train", "--conf", "conf/optdigits.conf", "--set", "model.recipe=plain");

    private static final int WATCHDOG_SECONDS = 180;

    private final long start = System.nanoTime();
    private final Process process;
    private final Path out;
    private final Path err;

    private Job(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts {@code scripts/adjoint} in the project's directory. */
    static Job start(Path logs, String... arguments) throws IOException {
        return start(logs, Map.of(), arguments);
    }

    /** Likewise, with more in its environment. */
    static Job start(Path logs, Map<String, String> environment, String... arguments) throws IOException {
        Path out = Files.createTempFile(logs, "job", ".out");
        Path err = Path.of(out.toString().replaceAll("out$", "err"));
        // Who started the tests in the background had SIGINT ignored, and so would whatever they start.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", "scripts/adjoint"));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Path.of("..").toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().remove("SPARK_HOME"); // the launcher makes its own
        builder.environment().put("JAVA_TOOL_OPTIONS", SHORT_LIVED);
        builder.environment().putAll(environment);
        return new Job(builder.start(), out, err);
    }

    /** Waits until stderr has a line with {@code text}; how many seconds after the start that was. */
    double awaitLine(String text) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WATCHDOG_SECONDS);
        while (!err().contains(text)) {
            assertTrue(process.isAlive() && System.nanoTime() < end, "no \"" + text + "\" in\n" + err());
            Thread.sleep(20);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    boolean endsWithin(long millis) throws InterruptedException {
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    /** Sends a signal to the process. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    /** The exit code. */
    int await() throws IOException, InterruptedException {
        assertTrue(process.waitFor(WATCHDOG_SECONDS, TimeUnit.SECONDS), "it hangs:\n" + err());
        return process.exitValue();
    }

    /** Waits for it, and for its checksum. */
    String checksum() throws IOException, InterruptedException {
        assertEquals(0, await(), err());
        return json().get("checksum").asText();
    }

    JsonNode json() throws IOException {
        List<String> lines = Files.readAllLines(out);
        return new ObjectMapper().readTree(lines.get(lines.size() - 1));
    }

    String err() throws IOException {
        return Files.readString(err);
    }

    /** The number after "resuming after step", or 0. */
    long resumedAfter() throws IOException {
        Matcher matcher = Pattern.compile("resuming after step ([\\d,]+)").matcher(err());
        return matcher.find() ? Long.parseLong(matcher.group(1).replace(",", "")) : 0;
    }
}
