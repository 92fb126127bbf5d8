package dev.adjoint.jobs;

import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.Training;
import dev.adjoint.driver.data.DataException;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.jobs.config.JobConfig;
import dev.adjoint.jobs.report.SurveyReport;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "data",
        mixinStandardHelpOptions = true,
        description = {
            "Looks at a job file's data as training does: what each column holds and becomes, the label, what is suspicious,"
                    + " and all that training would refuse.",
            "Nothing is trained."
        },
        footer = {"", "Example:", "  adjoint data --conf conf/adult.conf"})
final class DataCommand implements Callable<Integer> {
    @Mixin
    private JobFile jobFile = new JobFile();

    @Mixin(name = JobOptions.NAME)
    private JobOptions options = new JobOptions();

    @Override
    public Integer call() throws Exception {
        JobConfig config = jobFile.load();
        String path = config.settings().require(Keys.TRAIN);
        options.err().println("reading " + path + " ...");
        try (SparkSession spark = Sessions.open(config.spark())) {
            Training.Look look = Training.look(spark, config.settings());
            if (look.survey().isEmpty()) {
                throw look.refusal().orElseThrow();
            }
            SurveyReport report = new SurveyReport(path, look);
            options.out().print(report.text());
            options.out().println(report.json());
            options.out().flush();
            if (look.refusal().isPresent()) {
                throw new DataException(
                        "%s cannot be used as it is; what is wrong is listed under problems".formatted(path));
            }
        }
        return 0;
    }
}
