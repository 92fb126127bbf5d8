package dev.adjoint.jobs;

import dev.adjoint.data.Reader;
import dev.adjoint.data.TrainingData;
import dev.adjoint.model.Model;
import dev.adjoint.model.Network;
import dev.adjoint.model.Source;
import java.util.OptionalInt;

/** What a job file's {@code data.train} was found to be, ready to be trained on, and the network for it. */
record JobData(Source source, TrainingData data, Network network) {
    /**
     * Reads and checks the data; its rows are packed when they are first asked for.
     *
     * @throws dev.adjoint.data.DataException when it cannot be used
     */
    static JobData read(JobConfig config, Reader reader) {
        Source source = source(config.data(), reader);
        String path = config.data().train();
        TrainingData data = Jobs.reading(
                path,
                () -> TrainingData.prepare(reader.read(path, source, OptionalInt.empty()), path, options(config)));
        return new JobData(
                source,
                data,
                network(config, data.label().classCount(), data.features().width()));
    }

    /**
     * The network for so many features and classes, 0 of them for a number.
     *
     * @throws UsageException when a layer or a loss of the user's does not fit them: that is a matter of the configuration
     */
    static Network network(JobConfig config, int classes, int width) {
        try {
            return Network.predicting(
                    classes,
                    width,
                    config.model().hidden(),
                    config.model().layer(),
                    config.model().loss());
        } catch (IllegalArgumentException e) {
            throw new UsageException("model: " + e.getMessage());
        }
    }

    /** Reads {@code data.train} for a model that exists: with its preprocessing, into its network. */
    static JobData read(JobConfig config, Reader reader, Model model) {
        Source source = source(config.data(), reader);
        String path = config.data().train();
        TrainingData data = Jobs.reading(
                path,
                () -> TrainingData.prepare(
                        Jobs.rows(reader, path, source, model.features()),
                        path,
                        model.features(),
                        model.label(),
                        options(config)));
        return new JobData(source, data, model.network());
    }

    private static Source source(JobConfig.Data data, Reader reader) {
        return new Source(data.format().orElseGet(() -> reader.formatOf(data.train())), data.header(), data.columns());
    }

    private static TrainingData.Options options(JobConfig config) {
        JobConfig.Data data = config.data();
        return new TrainingData.Options(
                config.task() == JobConfig.Task.CLASSIFICATION,
                data.label(),
                data.features(),
                data.categorical(),
                data.order(),
                data.validationFraction(),
                config.training().seed(),
                config.training()::shardCount);
    }
}
