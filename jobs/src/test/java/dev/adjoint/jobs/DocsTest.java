package dev.adjoint.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.driver.settings.Key;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.jobs.config.JobConfig;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What README and docs show is what the program does. */
class DocsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern BLOCK = Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]+)[^)]*\\)");

    /** What every snippet sees. */
    private static final String IMPORTS = Stream.of(
                    "java.util",
                    "java.nio.file",
                    "org.apache.spark.sql",
                    "dev.adjoint.autodiff",
                    "dev.adjoint.autodiff.kernel",
                    "dev.adjoint.autodiff.show",
                    "dev.adjoint.model",
                    "dev.adjoint.worker",
                    "dev.adjoint.worker.step",
                    "dev.adjoint.driver",
                    "dev.adjoint.driver.settings",
                    "dev.adjoint.driver.training",
                    "dev.adjoint.ml",
                    "org.apache.spark.ml.evaluation",
                    "org.apache.spark.ml.tuning")
            .map(name -> "import " + name + ".*;\n")
            .collect(Collectors.joining());

    /** Options of spark-submit that the launcher takes out; each has a value. */
    private static final Set<String> LAUNCHERS =
            Set.of("--master", "--jars", "--properties-file", "--executor-memory", "--total-executor-cores");

    @TempDir
    private Path folder = Path.of("");

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs.sorted())
                    .toList();
        }
    }

    private static List<String> blocks(Path page, String language) throws IOException {
        Matcher matcher = BLOCK.matcher(Files.readString(page));
        List<String> blocks = new ArrayList<>();
        while (matcher.find()) {
            if (matcher.group(1).equals(language)) {
                blocks.add(matcher.group(2));
            }
        }
        return blocks;
    }

    @Test
    void everyJavaBlockCompiles() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        int compiled = 0;
        for (Path page : pages()) {
            for (String block : blocks(page, "java")) {
                boolean declares = block.contains("public record ");
                String code = declares
                        ? IMPORTS + block.replace("public record ", "record ")
                        : IMPORTS + "class Snippet { SparkSession spark; Dataset<Row> rows; Settings settings;"
                                + " void run() throws Exception {\n" + block + "}}";
                JavaFileObject file =
                        new SimpleJavaFileObject(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
                            @Override
                            public CharSequence getCharContent(boolean ignored) {
                                return code;
                            }
                        };
                StringWriter out = new StringWriter();
                List<String> options = List.of("-classpath", path, "-d", folder.toString(), "-proc:none");
                assertTrue(
                        compiler.getTask(out, null, null, options, null, List.of(file))
                                .call(),
                        page + ":\n" + block + out);
                compiled++;
            }
        }
        assertTrue(compiled >= 8, compiled + " blocks");
    }

    @Test
    void thePageOfKeysIsTheTable() throws IOException {
        Path page = ROOT.resolve("docs/job-files.md");
        List<String> lines = Files.readAllLines(page);
        List<String> rows = KeyTable.markdown();
        int from = lines.indexOf(rows.get(0));
        List<String> shown = lines.stream()
                .skip(from)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
        assertEquals(String.join("\n", rows), String.join("\n", shown), "the table of " + page);
    }

    @Test
    void everyLinkPointsToAFile() throws IOException {
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                assertTrue(Files.exists(page.resolveSibling(link.group(1))), page + ": " + link.group(1));
            }
        }
    }

    @Test
    void everyScriptLineIsOneThatTheScriptsTake() throws IOException {
        int commands = 0;
        for (Path page : pages()) {
            for (String block : blocks(page, "")) {
                String joined = block.replace("\\\n", " ");
                for (String line : joined.lines().toList()) {
                    List<String> words = words(line);
                    if (!words.isEmpty() && words.get(0).startsWith("scripts/")) {
                        check(page, words);
                        commands++;
                    }
                }
            }
        }
        assertTrue(commands >= 15, commands + " lines");
    }

    @Test
    void everyJobFileIsOneThatTrainTakes() throws IOException {
        int files = 0;
        for (Path page : pages()) {
            for (String block : blocks(page, "")) {
                if (block.lines().anyMatch(line -> line.startsWith("task = "))) {
                    JobConfig config = JobConfig.load(Files.writeString(folder.resolve("job.conf"), block), List.of());
                    Path data = ROOT.resolve(config.settings().require(Keys.TRAIN));
                    assertTrue(Files.exists(data), page + ": " + data);
                    files++;
                }
            }
        }
        assertTrue(files >= 2, files + " job files");
    }

    @Test
    void thePageOfTablesShowsWhatDataPrints() throws IOException {
        Run run = Run.of("data", "--conf", "../conf/abalone.conf", "--set", "data.train=../conf/data/abalone.csv");
        assertEquals(0, run.code(), run.err());
        String text = run.out().substring(0, run.out().indexOf("{\"job\""));
        assertEquals(List.of(text.replace("../conf", "conf")), blocks(ROOT.resolve("docs/tables.md"), "text"));
    }

    @Test
    void thePageOfKeysShowsWhatInitWrites() throws IOException {
        Path file = folder.resolve("job.conf");
        Run run = Run.of("init", "../conf/data/optdigits-train.csv", "--output", file.toString());
        assertEquals(0, run.code(), run.err());
        assertEquals(
                List.of(Files.readString(file).replace("../conf", "conf")),
                blocks(ROOT.resolve("docs/job-files.md"), "hocon"));
    }

    private static void check(Path page, List<String> words) throws IOException {
        String script = words.get(0);
        String where = page + ": " + String.join(" ", words);
        assertTrue(Files.isExecutable(ROOT.resolve(script)), where);
        List<String> arguments = words.subList(1, words.size());
        switch (script) {
            case "scripts/adjoint" -> checkCommand(where, arguments);
            case "scripts/cluster" -> assertTrue(List.of("start", "stop").contains(arguments.get(0)), where);
            case "scripts/example" ->
                assertTrue(
                        Files.exists(ROOT.resolve("examples/src/main/java/dev/adjoint/examples")
                                .resolve(arguments.get(0) + ".java")),
                        where);
            case "scripts/jmh" -> {
                try (Stream<Path> files = Files.walk(ROOT)) {
                    assertTrue(
                            files.anyMatch(file -> file.endsWith(arguments.get(0) + ".java")
                                    && file.toString().contains("src/test")),
                            where);
                }
            }
            case "scripts/bench" -> assertFalse(arguments.contains(""), where); // its own module parses the rest
            default -> assertTrue(false, where);
        }
    }

    private static void checkCommand(String where, List<String> arguments) {
        List<String> own = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            if (LAUNCHERS.contains(arguments.get(i))) {
                i++;
            } else {
                own.add(arguments.get(i));
            }
        }
        CommandLine.ParseResult parsed = new CommandLine(new Main()).parseArgs(own.toArray(String[]::new));
        assertTrue(parsed.hasSubcommand(), where);
        for (int i = 0; i + 1 < own.size(); i++) {
            String value = own.get(i + 1);
            if (own.get(i).equals("--conf") && !value.equals("FILE")) {
                assertTrue(Files.exists(ROOT.resolve(value)), where);
            }
            if (own.get(i).equals("--set")) {
                String name = value.substring(0, value.indexOf('='));
                assertTrue(
                        name.startsWith("spark.")
                                || Keys.ALL.stream().map(Key::name).anyMatch(name::equals),
                        where + ": " + name);
            }
        }
    }

    /** As a shell would split it; comments are left out. */
    private static List<String> words(String line) {
        Matcher matcher = Pattern.compile("\"([^\"]*)\"|'([^']*)'|([^\\s\"']+)").matcher(line);
        List<String> words = new ArrayList<>();
        int end = -1;
        while (matcher.find()) {
            String word = Arrays.asList(matcher.group(1), matcher.group(2), matcher.group(3)).stream()
                    .filter(part -> part != null)
                    .findFirst()
                    .orElseThrow();
            if (word.startsWith("#")) {
                break;
            }
            if (matcher.start() == end) { // a quoted part of a word
                words.set(words.size() - 1, words.get(words.size() - 1) + word);
            } else {
                words.add(word);
            }
            end = matcher.end();
        }
        return words;
    }
}
