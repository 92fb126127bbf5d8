package dev.adjoint.model;

import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * A trained model with all that scoring needs.
 *
 * @param provenance where the model comes from, for people: sorted keys, no meaning to the program
 * @param parameters the flat parameters, in the order of {@link Network#parameters}; not copied
 */
public record Model(
        Network network,
        Features features,
        Label label,
        Source source,
        Map<String, String> provenance,
        float[] parameters) {
    /**
     * Checks that the parts fit each other.
     *
     * @throws IllegalArgumentException when they do not, naming both extents
     */
    public Model {
        provenance = Map.copyOf(provenance);
        if (network.inputs() != features.width()) {
            throw new IllegalArgumentException("the network takes %d features, the preprocessing gives %d"
                    .formatted(network.inputs(), features.width()));
        }
        if (network.parameterCount() != parameters.length) {
            throw new IllegalArgumentException("the network has %d parameters, %d were given"
                    .formatted(network.parameterCount(), parameters.length));
        }
        if (label instanceof Label.Reconstruction && !label.equals(Label.Reconstruction.of(features))) {
            throw new IllegalArgumentException("%s, the features are %s".formatted(label, features.columns()));
        }
        int outputs;
        try {
            outputs = network.loss().outputs(label.classCount(), label.targetCount());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("label %s: %s".formatted(name(label), e.getMessage()), e);
        }
        if (network.outputs() != outputs) {
            throw new IllegalArgumentException("a network with %d outputs and loss %s does not predict label %s"
                    .formatted(network.outputs(), network.loss().id(), name(label)));
        }
    }

    private static String name(Label label) {
        return label instanceof Label.Reconstruction ? "the features" : String.join(", ", label.columns());
    }

    /** The same model, for data that is read otherwise. */
    public Model readBy(Source other) {
        return new Model(network, features, label, other, provenance, parameters);
    }

    /** The SHA-256, in hexadecimal, of the parameters' bytes: float32, little-endian, in declaration order. */
    public static String checksum(float[] parameters) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(parameters)));
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every Java platform has SHA-256", e);
        }
    }

    static byte[] bytes(float[] parameters) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(parameters.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(parameters);
        return bytes.array();
    }
}
