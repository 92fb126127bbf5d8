package dev.adjoint.ml;

import dev.adjoint.driver.ModelStore;
import dev.adjoint.driver.data.RowFunction;
import dev.adjoint.model.Model;
import dev.adjoint.model.ModelFormatException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Models in SQL. */
public final class Adjoint {
    private Adjoint() {}

    /**
     * Makes a model a function of SQL, for a session: {@code SELECT score(struct(*)).prediction FROM people}. Its argument is a struct
     * whose fields bear the names of the columns that the model reads, and any others; it returns a struct of {@code prediction} and,
     * of classes, {@code probability}, a map by their names; or of {@code reconstruction_error} and {@code reconstruction}.
     *
     * @param path of a model that {@code adjoint train} saved, or an estimator's model
     * @throws ModelFormatException when there is none, or it is damaged or too new
     * @throws IOException when the file system fails
     */
    public static void register(SparkSession spark, String name, String path) throws IOException, ModelFormatException {
        Configuration configuration = spark.sparkContext().hadoopConfiguration();
        Path own = new Path(path, MlpModelWriter.MODEL);
        FileSystem fs = own.getFileSystem(configuration);
        register(spark, name, new ModelStore(configuration).load(fs.exists(own) ? own.toString() : path));
    }

    /** The same of a model at hand. */
    public static void register(SparkSession spark, String name, Model model) {
        spark.udf().register(name, new RowFunction(spark, model), RowFunction.type(model.label()));
    }
}
