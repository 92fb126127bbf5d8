package dev.adjoint.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import scala.Console$;
import scala.Function0;
import scala.jdk.javaapi.CollectionConverters;
import scala.tools.nsc.Settings;
import scala.tools.nsc.interpreter.IMain;
import scala.tools.nsc.interpreter.Results;
import scala.tools.nsc.interpreter.shell.ReplReporterImpl;

/**
 * Scala's interpreter as {@code spark-shell} and Zeppelin set it up: each piece of code a class, {@code spark} and {@code sc}
 * bound, and what is imported at the start. What it says of values, warnings and errors is kept apart from what the code prints.
 */
final class ScalaShell implements AutoCloseable {
    /** Stands in what was printed wherever it was flushed. */
    static final char FLUSHED = '\f';

    private final StringWriter said = new StringWriter();
    private final IMain interpreter;

    ScalaShell(SparkSession spark) {
        Settings settings = new Settings();
        settings.processArguments(immutable("-Yrepl-class-based"), true);
        settings.classpath().value_$eq(classPath());
        interpreter = new IMain(settings, new ReplReporterImpl(settings, new PrintWriter(said, true)));
        bind("spark", SparkSession.class, spark);
        bind("sc", SparkContext.class, spark.sparkContext());
        run("import spark.implicits._; import spark.sql; import org.apache.spark.sql.functions._");
    }

    /** Under surefire the class path itself is one jar that names the others. */
    static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static scala.collection.immutable.List<String> immutable(String... texts) {
        return CollectionConverters.asScala(List.of(texts)).toList();
    }

    private void bind(String name, Class<?> type, Object value) {
        assertEquals(success(), interpreter.bind(name, type.getName(), value, immutable()), said.toString());
    }

    private static Results.Result success() {
        return Results.Success$.MODULE$;
    }

    /** Runs it, fails where it does not compile without a warning or throws, and gives what it printed. */
    String run(String code) {
        said.getBuffer().setLength(0);
        Results.Result[] result = new Results.Result[1];
        String printed = printed(() -> result[0] = interpreter.interpret(code));
        assertEquals(success(), result[0], () -> code + "\n" + said);
        assertFalse(said.toString().contains("warning"), () -> code + "\n" + said);
        return printed;
    }

    /** What it prints in Scala's way, as {@code Dataset.show} does too. */
    static String printed(Runnable code) {
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public void flush() {
                write(FLUSHED);
            }
        };
        Function0<Object> body = () -> {
            code.run();
            return code;
        };
        Console$.MODULE$.withOut(out, body);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        interpreter.close();
    }
}
