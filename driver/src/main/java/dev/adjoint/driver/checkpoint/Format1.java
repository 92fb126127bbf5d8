package dev.adjoint.driver.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adjoint.driver.training.Identity;
import dev.adjoint.driver.training.TrainingIdentity;

/** What a header of format 1 says, as one of format 2. */
final class Format1 {
    /** The CRC of a printed program, which this release has no printer for. The network's widths and initial bits still tell. */
    private static final String PROGRAM = "the checksum of the network's program";

    private Format1() {}

    static void toFormat2(ObjectNode header) {
        boolean twice = header.path("vectors").asInt() == 4;
        header.putArray("vectors").add("velocity");
        // The loss was the sum of the examples' mean losses, with no weights but 1.
        header.set("epochWeight", header.path("epochExamples"));
        // A training that had gone back to its best epoch kept that no longer.
        header.put("fromBest", header.path("rollbacks").asInt() > 0 && header.has("best") && !twice);
        if (header.path("best") instanceof ObjectNode best) {
            best.put("kept", twice);
        }
        if (header.path("identity") instanceof ObjectNode identity) {
            identity.remove(PROGRAM);
            identity.put(TrainingIdentity.PROGRAM, Identity.ANY);
        }
    }
}
