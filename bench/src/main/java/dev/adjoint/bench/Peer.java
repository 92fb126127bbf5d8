package dev.adjoint.bench;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;

/** What is measured, each in a JVM of its own. */
enum Peer {
    /** The machine's rate of matrix products. */
    LIMIT("limit", "MatrixProducts"),
    ADJOINT("adjoint", "AdjointPeer"),
    PYTORCH("pytorch", "PyTorchPeer", "-Dai.djl.offline=true"),
    /** As it comes: products in Java. */
    MLLIB("mllib", "MllibPeer", "-Ddev.ludovic.netlib.blas.allowNative=false"),
    /** With the OpenBLAS that Adjoint has. */
    MLLIB_OPENBLAS("mllib+openblas", "MllibPeer");

    private final String id;
    private final String main;
    private final List<String> jvmFlags;

    Peer(String id, String main, String... jvmFlags) {
        this.id = id;
        this.main = "dev.adjoint.bench." + main;
        this.jvmFlags = List.of(jvmFlags);
    }

    /** The class whose main method measures. By name: a build without PyTorch lacks one. */
    String main() {
        return main;
    }

    List<String> jvmFlags() {
        return jvmFlags;
    }

    /** MLlib's perceptron takes full batches, and knows no regression. */
    boolean trains(Net net, Batch batch) {
        return switch (this) {
            case MLLIB, MLLIB_OPENBLAS -> batch.isFull() && !net.isRegression();
            case LIMIT, ADJOINT, PYTORCH -> true;
        };
    }

    @Override
    @JsonValue
    public String toString() {
        return id;
    }
}
