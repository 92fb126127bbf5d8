package dev.adjoint.driver.metrics;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object a line and epoch, at the end of a file. The lines of a training have one {@code run}, which tells them from those of
 * others in the file; an epoch that is trained again, after a rollback or a resumption, stands there again.
 */
final class EpochLines implements Destination {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path path;
    private final Configuration configuration;
    private final String run;
    private @Nullable AppendedFile file;

    EpochLines(String path, Configuration configuration, String run) {
        this.path = new Path(path);
        this.configuration = configuration;
        this.run = run;
    }

    @Override
    public void began(long step) throws IOException {
        file = AppendedFile.open(path, configuration);
    }

    @Override
    public void epoch(EpochMetrics epoch) throws IOException {
        if (file != null) {
            file.write((json(epoch) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private ObjectNode json(EpochMetrics epoch) {
        ObjectNode line = JSON.createObjectNode();
        line.put("run", run);
        line.put("time", epoch.time().toString());
        line.put("epoch", epoch.epoch());
        line.put("step", epoch.step());
        epoch.loss().ifPresent(loss -> line.put("loss", loss));
        epoch.validationLoss().ifPresent(loss -> line.putObject("validation").put("loss", loss));
        epoch.validationAccuracy()
                .ifPresent(accuracy -> line.withObject("/validation").put("accuracy", accuracy));
        epoch.learningRate().ifPresent(rate -> line.put("learningRate", rate));
        line.put("examples", epoch.examples());
        line.put("seconds", epoch.seconds());
        return line;
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
