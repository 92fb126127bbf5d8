package dev.adjoint.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adjoint.driver.ModelStore;
import dev.adjoint.driver.ReplacedDirectory;
import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.Training;
import dev.adjoint.driver.data.DataException;
import dev.adjoint.driver.data.Predictions;
import dev.adjoint.driver.data.Reader;
import dev.adjoint.jobs.config.JobConfig;
import dev.adjoint.model.Model;
import dev.adjoint.model.Source;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "predict",
        mixinStandardHelpOptions = true,
        description = {
            "Writes a data set with a model's predictions: its columns, and prediction, and for classes probability.",
            "Probabilities are in the order of the model's classes (label.names in its model.json).",
            "Of a reconstruction: reconstruction_error, large for unusual rows, and reconstruction, the features as the model sees them."
        },
        footer = {"", "Example:", "  adjoint predict --model models/iris --data new.csv --output scored"})
final class PredictCommand implements Callable<Integer> {
    /** What a data set can be written as. */
    enum Format {
        csv,
        parquet,
        orc,
        json
    }

    @Option(names = "--model", required = true, paramLabel = "DIR", description = "The saved model.")
    private String model = "";

    @Option(
            names = "--data",
            required = true,
            paramLabel = "PATH",
            description = "The data, read as the training data was; a label is not needed.")
    private String data = "";

    @Option(names = "--output", required = true, paramLabel = "PATH", description = "The directory to write.")
    private String output = "";

    @Option(
            names = "--output-format",
            description = "One of ${COMPLETION-CANDIDATES}; by default that of the data. In csv, a list is JSON.")
    private @Nullable Format outputFormat;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Sets a key of Spark (spark.*), or one that says how the data is read where that differs from the"
                            + " training data: data.encoding, say. May be repeated.")
    private List<String> overrides = new ArrayList<>();

    @Option(names = "--overwrite", description = "Replace what is there, once the new data set is whole.")
    private boolean overwrite;

    @Mixin(name = JobOptions.NAME)
    private JobOptions options = new JobOptions();

    @Override
    public Integer call() throws Exception {
        JobConfig config = JobConfig.ofReading(overrides);
        Configuration hadoop = Sessions.hadoop(config.spark());
        Outputs.requireFree(output, overwrite, hadoop);
        Model loaded = new ModelStore(hadoop).load(model);
        try (SparkSession spark = Sessions.open(config.spark())) {
            Reader reader = new Reader(spark, options.err()::println);
            Source source = Training.source(reader, config.settings(), data, loaded.source());
            Predictions predictions = DataException.reading(
                    data,
                    () -> Predictions.of(
                            reader.readUnlabelled(data, source, loaded.features(), loaded.label()),
                            data,
                            loaded.readBy(source)));
            predictions.notes().forEach(options.err()::println);
            write(predictions.rows(), format(source), spark);
            options.out()
                    .println(new ObjectMapper()
                            .createObjectNode()
                            .put("job", "predict")
                            .put("examples", predictions.examples())
                            .put("output", output));
        }
        return 0;
    }

    private Format format(Source source) {
        if (outputFormat != null) {
            return outputFormat;
        }
        return source.format().equals("libsvm") ? Format.parquet : Format.valueOf(source.format());
    }

    /** CSV has none. */
    private static Dataset<Row> withoutArrays(Dataset<Row> predictions) {
        Dataset<Row> rows = predictions;
        for (String name : Predictions.ARRAYS) {
            if (List.of(predictions.columns()).contains(name)) {
                rows = rows.withColumn(name, functions.to_json(predictions.col(name)));
            }
        }
        return rows;
    }

    private void write(Dataset<Row> predictions, Format format, SparkSession spark) throws IOException {
        Dataset<Row> rows = format == Format.csv ? withoutArrays(predictions) : predictions;
        Path target = new Path(output);
        new ReplacedDirectory(target.getFileSystem(spark.sparkContext().hadoopConfiguration()), target)
                .write(part -> rows.write()
                        .format(format.name())
                        .option("header", true)
                        .option("escape", "\"") // of CSV: a quote within quotes is written twice
                        .mode("append")
                        .save(part.directory().toString()));
    }
}
