package dev.adjoint.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URISyntaxException;
import java.net.URL;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class SessionsTest {
    @Test
    void sparkCopiesNoJarThatTheProcessOfTheTasksRunsFrom() throws URISyntaxException {
        URL ours = Sessions.class.getProtectionDomain().getCodeSource().getLocation();
        String others =
                "file:/own/layers.jar,local:/own/loss.jar,spark://127.0.0.1:1/jars/of%20another.jar,no such file,http://[";
        SparkConf conf = new SparkConf(false).set("spark.jars", ours.toURI() + "," + others);
        Sessions.withoutOurJar(conf);
        assertEquals(others, conf.get("spark.jars"));
    }
}
