package dev.adjoint.bench;

import java.io.IOException;
import picocli.CommandLine.Option;

/** What is measured instead of the comparison: one of them is on. */
final class Growth {
    @Option(names = "--large", description = "Instead: trains on more data than the heap holds.")
    private boolean large;

    @Option(names = "--sizes", description = "Instead: what an example costs among 10^4 to 10^7.")
    private boolean sizes;

    @Option(names = "--model-sizes", description = "Instead: what a round costs with 0.5 to 50 million parameters.")
    private boolean modelSizes;

    /** The heap to measure with unless told otherwise. */
    Heap heap() {
        return new Heap((large ? 2L : sizes ? 8 : 6) << 30);
    }

    /**
     * Measures.
     *
     * @param bytes of examples, where they are to be many
     * @param seconds of each measurement of an example's cost
     */
    void measure(Scale scale, long bytes, double seconds)
            throws IOException, InterruptedException, PeerProcess.FailedException, Scale.ImpossibleException {
        if (modelSizes) {
            scale.modelSizes();
        } else if (sizes) {
            scale.sizes(seconds);
        } else {
            scale.large(bytes);
        }
    }
}
