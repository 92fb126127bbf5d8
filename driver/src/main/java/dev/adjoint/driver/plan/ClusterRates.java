package dev.adjoint.driver.plan;

/**
 * How fast a cluster is at all but a net's own arithmetic.
 *
 * @param network bytes a second that a machine sends, and that it receives
 * @param stage seconds that a stage of a Spark job takes without tasks: plan, send, wake, report
 * @param task seconds that the driver is busy with each task
 * @param serialization bytes a second that a thread turns into a message, or back
 * @param memory bytes a second at which vectors are added and updated
 * @param exchange seconds that a resident round takes for its two messages one after the other, whatever they hold
 * @param exchanged bytes of a message a second that a task writes, sends and reads, beside the network
 */
public record ClusterRates(
        double network,
        double stage,
        double task,
        double serialization,
        double memory,
        double exchange,
        double exchanged) {
    /** What a network between machines is taken to carry where nobody says: gigabits a second. */
    public static final double USUAL_GIGABITS = 10;

    /** What {@code scripts/bench cluster} fits on two AVX-512 cores with two executors, in six runs: -0.01 to 0.16 ms. */
    private static final double EXCHANGE = 0.05e-3;

    /** Of the same, the last two of them: 1.01 and 1.09 GB a second. */
    private static final double EXCHANGED = 1.05e9;

    /**
     * With the constants measured on two AVX-512 cores, with {@link dev.adjoint.driver.training.Trainer#emptyRounds} (the least of 200 rounds): on
     * {@code local-cluster[2,1,1024]} a round of two tasks takes 7.6 ms with 40,003 parameters, 14.6 ms with 480,003 and
     * 103 ms with 4,800,003; on {@code local[2]}, where nothing crosses a socket, 2.6, 5.5 and 25 ms, and 0.2 ms more for
     * each further task.
     *
     * @param gigabits of network a second
     */
    public static ClusterRates measured(double gigabits) {
        return new ClusterRates(gigabits * 1e9 / 8, 7e-3, 0.2e-3, 2.5e9, 12e9, EXCHANGE, EXCHANGED);
    }
}
