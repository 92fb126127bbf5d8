package dev.adjoint.driver;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.SparkSession;

/** Spark settings that suit an iterative trainer. They are defaults: whatever the user set stays. */
public final class Sessions {
    private Sessions() {}

    /** A session with these settings where {@code settings} and {@code spark-submit} say nothing else. */
    public static SparkSession open(Map<String, String> settings) {
        SparkConf conf = new SparkConf();
        settings.forEach(conf::set);
        conf.setIfMissing("spark.app.name", "Adjoint");
        conf.setIfMissing("spark.master", "local[*]");
        defaults(conf.get("spark.master")).forEach(conf::setIfMissing);
        return SparkSession.builder().config(conf).getOrCreate();
    }

    /** The file systems as a session with these settings sees them: {@code spark.hadoop.*} says how they are reached. */
    public static Configuration hadoop(Map<String, String> settings) {
        SparkConf conf = new SparkConf();
        settings.forEach(conf::set);
        return SparkHadoopUtil.get().newConfiguration(conf);
    }

    /** The heap of an executor in bytes; absent where tasks run in this process. */
    static OptionalLong executorHeap(SparkConf conf) {
        return conf.get("spark.master").startsWith("local[")
                        || conf.get("spark.master").equals("local")
                ? OptionalLong.empty()
                : OptionalLong.of(JavaUtils.byteStringAsBytes(conf.get("spark.executor.memory", "1g")));
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
