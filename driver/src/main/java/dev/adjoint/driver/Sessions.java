package dev.adjoint.driver;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.SparkSession;

/** Spark settings that suit an iterative trainer. They are defaults: whatever the user set stays. */
public final class Sessions {
    /**
     * The optimising compiler waits for four times the calls and loops that it usually does. An executor is new, most of what it runs
     * is over by then, and otherwise the compiler takes a third of the cores for its first twenty seconds; rounds get there anyway.
     */
    private static final String PATIENT_COMPILER =
            "-XX:Tier4InvocationThreshold=20000 -XX:Tier4MinInvocationThreshold=2400"
                    + " -XX:Tier4CompileThreshold=60000 -XX:Tier4BackEdgeThreshold=160000";

    private Sessions() {}

    /** A session with these settings where {@code settings} and {@code spark-submit} say nothing else. */
    public static SparkSession open(Map<String, String> settings) {
        SparkConf conf = new SparkConf();
        settings.forEach(conf::set);
        conf.setIfMissing("spark.app.name", "Adjoint");
        conf.setIfMissing("spark.master", "local[*]");
        defaults(conf.get("spark.master")).forEach(conf::setIfMissing);
        if (isThisProcess(conf)) {
            withoutOurJar(conf);
        }
        return SparkSession.builder().config(conf).getOrCreate();
    }

    /** Takes the jar that this class is from out of those that Spark would copy for its tasks, which have it already. */
    static void withoutOurJar(SparkConf conf) {
        String jars = conf.get("spark.jars", "");
        String others =
                Arrays.stream(jars.split(",")).filter(jar -> !isOurs(jar)).collect(Collectors.joining(","));
        if (!others.equals(jars)) {
            conf.set("spark.jars", others);
        }
    }

    private static boolean isOurs(String jar) {
        CodeSource source = Sessions.class.getProtectionDomain().getCodeSource();
        try {
            return jar.startsWith("file:")
                    && source != null
                    && Files.isSameFile(
                            Path.of(URI.create(jar)),
                            Path.of(source.getLocation().toURI()));
        } catch (IOException | IllegalArgumentException | FileSystemNotFoundException | URISyntaxException e) {
            return false; // what it is, Spark says
        }
    }

    /** The file systems as a session with these settings sees them: {@code spark.hadoop.*} says how they are reached. */
    public static Configuration hadoop(Map<String, String> settings) {
        SparkConf conf = new SparkConf();
        settings.forEach(conf::set);
        return SparkHadoopUtil.get().newConfiguration(conf);
    }

    /** The heap of an executor in bytes; absent where tasks run in this process. */
    static OptionalLong executorHeap(SparkConf conf) {
        return isThisProcess(conf)
                ? OptionalLong.empty()
                : OptionalLong.of(JavaUtils.byteStringAsBytes(conf.get("spark.executor.memory", "1g")));
    }

    /** Whether tasks run in this process. */
    private static boolean isThisProcess(SparkConf conf) {
        String master = conf.get("spark.master");
        return master.startsWith("local[") || master.equals("local");
    }

    private static Map<String, String> defaults(String master) {
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
        defaults.put("spark.kryo.registrator", AdjointRegistrator.class.getName());
        defaults.put("spark.kryo.unsafe", "true"); // float arrays as one copy of memory
        defaults.put("spark.kryoserializer.buffer.max", "1g");
        defaults.put("spark.broadcast.compress", "false"); // mantissas do not compress
        defaults.put("spark.shuffle.compress", "false");
        defaults.put(
                "spark.task.maxDirectResultSize",
                "64m"); // a gradient comes with the task's end, without a second fetch
        defaults.put("spark.locality.wait", "0"); // waiting for a better place costs more than a round
        // Before every chunk, not every 16th: 16 of them are 256 megabytes a task that Spark would not know of.
        defaults.put("spark.storage.unrollMemoryCheckPeriod", "1");
        defaults.put(
                "spark.sql.legacy.javaCharsets",
                "true"); // data.encoding may be any; Spark's own are Unicode and Latin-1
        // It prunes nested columns, of which tables have none, in a time that is quadratic in the others.
        defaults.put("spark.sql.optimizer.excludedRules", "org.apache.spark.sql.execution.datasources.SchemaPruning");
        defaults.put(
                "spark.executor.defaultJavaOptions", PATIENT_COMPILER); // before what the user's extraJavaOptions say
        defaults.put("spark.ui.showConsoleProgress", "false"); // our own progress is on the terminal,
        defaults.put("spark.log.level", "ERROR"); // and Spark's talk would bury it
        if (master.startsWith("local")) {
            defaults.put("spark.plugins", OutOfMemory.Plugin.class.getName());
            defaults.put("spark.ui.enabled", "false");
            defaults.put("spark.driver.host", "127.0.0.1");
            defaults.put("spark.driver.bindAddress", "127.0.0.1");
        }
        return defaults;
    }
}
