package dev.adjoint.driver.plan;

/**
 * What a round costs on so many executors, in bytes and seconds: see {@link CostModel}.
 *
 * @param partitions which are the tasks of a stage
 * @param examples of the round
 * @param state bytes of what the round begins with, which each executor receives
 * @param result bytes of the sums that all tasks together send
 * @param received bytes of sums that the driver receives
 * @param send seconds to serialize the state, on the driver
 * @param broadcast seconds until every executor has it
 * @param schedule seconds of Spark's scheduling
 * @param compute seconds of the busiest core
 * @param transfer seconds to bring the sums to where they are added
 * @param reduce seconds to add them
 * @param update seconds to make the step, or the mean of the replicas
 */
public record RoundCost(
        int executors,
        int partitions,
        long examples,
        long state,
        long result,
        long received,
        boolean sliced,
        double send,
        double broadcast,
        double schedule,
        double compute,
        double transfer,
        double reduce,
        double update) {
    public double seconds() {
        return compute + overhead();
    }

    /** The seconds of a round in which the busiest core does not compute. */
    public double overhead() {
        return send + broadcast + schedule + transfer + reduce + update;
    }

    /** Its share of the round. */
    public double overheadShare() {
        return overhead() / seconds();
    }

    public double examplesPerSecond() {
        return examples / seconds();
    }
}
