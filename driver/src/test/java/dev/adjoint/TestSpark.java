package dev.adjoint;

import dev.adjoint.driver.Sessions;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Real Spark sessions for tests. Kryo refuses what is not registered, so nothing of ours travels by accident. */
public final class TestSpark {
    /** Tells sessions apart. */
    private static final String NAME = "spark.adjoint.test";

    private TestSpark() {}

    /** The session on two local cores that most tests share. */
    public static SparkSession session() {
        return session("local[2]", Map.of());
    }

    /** A session as others open it: of two local cores, with Spark's own serializer. */
    public static SparkSession plain() {
        return session(
                "local[2]",
                Map.of(
                        "spark.serializer", "org.apache.spark.serializer.JavaSerializer",
                        "spark.kryo.registrationRequired", "false"));
    }

    /** 150 flowers: four measures, and their {@code kind}. */
    public static Dataset<Row> iris(SparkSession spark) {
        return spark.read()
                .schema("a double, b double, c double, d double, kind string")
                .csv("../conf/data/iris.csv");
    }

    /** A session on {@code master}; one on another master, or with other settings, is stopped first. */
    public static SparkSession session(String master, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>();
        settings.put("spark.master", master);
        settings.put("spark.kryo.registrationRequired", "true");
        settings.put("spark.ui.enabled", "false");
        settings.put("spark.driver.host", "127.0.0.1");
        settings.put("spark.sql.shuffle.partitions", "2");
        // Executors are processes of their own, and our classes are in no jar yet.
        settings.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
        settings.putAll(more);
        String wanted = master + new TreeMap<>(more);
        settings.put(NAME, wanted);
        SparkSession.getActiveSession().foreach(active -> {
            if (!active.sparkContext().getConf().get(NAME, "").equals(wanted)) {
                active.stop();
            }
            return null;
        });
        return Sessions.open(settings);
    }
}
