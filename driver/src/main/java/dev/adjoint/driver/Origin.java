package dev.adjoint.driver;

import dev.adjoint.driver.data.Preprocessing;
import dev.adjoint.driver.data.TrainingData;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.SettingsException;
import dev.adjoint.model.Layer;
import dev.adjoint.model.LeadingLayers;
import dev.adjoint.model.Model;
import dev.adjoint.model.Network;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A model that a training begins with, whose preprocessing it has: all of it, to be trained further; or, where it reconstructs
 * its features and the task is another, its leading layers, which were trained without a label.
 */
final class Origin {
    private final Model model;
    private final boolean pretrained;

    private Origin(Model model, boolean pretrained) {
        this.model = model;
        this.pretrained = pretrained;
    }

    /**
     * The model as the settings use it.
     *
     * @throws SettingsException when they ask for what the model brings along, and for something else
     */
    static Origin of(Model model, Settings settings) {
        boolean reconstructs = model.label() instanceof Label.Reconstruction;
        boolean pretrained = reconstructs && !settings.isReconstruction();
        if (!settings.get(Keys.CLASS_WEIGHTS).equals(Preprocessing.ClassWeights.NONE)) {
            throw new SettingsException(
                    "--init-from: data.class-weights is not applied where a model is trained further; name a column with weights by data.weight");
        }
        if (settings.get(Keys.DIFFICULTY).isPresent()) {
            throw new SettingsException(
                    "--init-from: a model that is trained further learns from all examples from the beginning; leave out data.difficulty");
        }
        if (pretrained) {
            requireApart(settings.get(Keys.LABEL), model.features());
        } else {
            boolean fits = reconstructs == settings.isReconstruction()
                    && model.network().loss().isClassification() == settings.isClassification();
            if (!fits) {
                throw new SettingsException(
                        "--init-from: the model is not for %s".formatted(settings.require(Keys.TASK)));
            }
            requireSame(settings, model.network());
        }
        return new Origin(model, pretrained);
    }

    /** What was trained without a label did not see it. */
    private static void requireApart(List<String> labels, Features features) {
        List<String> both = features.columns().stream()
                .map(Features.Column::name)
                .filter(labels::contains)
                .toList();
        if (!both.isEmpty()) {
            throw new SettingsException(
                    "--init-from: the model was trained on the label too (%s); train it anew with data.exclude = %s"
                            .formatted(String.join(", ", both), both));
        }
    }

    private static void requireSame(Settings settings, Network network) {
        if (settings.get(Keys.OUTPUT_BIAS) == Keys.OutputBias.LABEL) {
            throw new SettingsException(
                    "--init-from: the biases start as the model has them; leave out model.output-bias");
        }
        if (settings.isSet(Keys.MEMBERS) && settings.get(Keys.MEMBERS) != network.members()) {
            throw new SettingsException("--init-from: the model has %d members, the settings say %d"
                    .formatted(network.members(), settings.get(Keys.MEMBERS)));
        }
        List<String> has = json(network.layers());
        List<String> asked = json(settings.layers());
        if (settings.saysLayers() && !has.equals(asked)) {
            throw new SettingsException(
                    "--init-from: the model has the layers %s, the settings say %s".formatted(has, asked));
        }
    }

    private static List<String> json(List<Layer> layers) {
        return layers.stream().map(layer -> layer.json().toString()).toList();
    }

    Features features() {
        return model.features();
    }

    /** What is predicted: as the model does, or as rows with a label say. */
    Label label(Settings settings, Dataset<Row> rows, String path) {
        if (!pretrained) {
            return model.label();
        }
        List<Features.Column> columns = model.features().columns().stream()
                .filter(column -> column.width() > 0)
                .toList();
        Settings asTheModel = settings.without(Keys.EXCLUDE)
                .with(Keys.FEATURES, columns.stream().map(Features.Column::name).toList())
                .with(
                        Keys.CATEGORICAL,
                        columns.stream()
                                .filter(Features.Categorical.class::isInstance)
                                .map(Features.Column::name)
                                .toList());
        // What features these rows alone would make is left: packed rows are not computed before they are used.
        return TrainingData.prepare(rows, path, asTheModel.data()).label();
    }

    /** What is trained: the model's network, or one that begins as it does. */
    Network network(Supplier<Network> described) {
        return pretrained ? described.get() : model.network();
    }

    /**
     * The layers that are taken; empty where all are.
     *
     * @throws SettingsException when there are none
     */
    Optional<LeadingLayers> taken(Network network) {
        if (!pretrained) {
            return Optional.empty();
        }
        LeadingLayers layers = LeadingLayers.of(model.network(), network);
        if (layers.taken().isEmpty()) {
            throw new SettingsException(
                    "--init-from: there is nothing to take, since no layer with parameters is the same from the first on; the model has the layers %s, the settings say %s"
                            .formatted(json(model.network().layers()), json(network.layers())));
        }
        return Optional.of(layers);
    }

    /** The parameters that the training begins with. */
    float[] initial(Network network, Supplier<float[]> anew) {
        Optional<LeadingLayers> layers = taken(network);
        if (layers.isEmpty()) {
            return model.parameters();
        }
        float[] initial = anew.get();
        layers.get().copy(model.network(), model.parameters(), network, initial);
        return initial;
    }
}
