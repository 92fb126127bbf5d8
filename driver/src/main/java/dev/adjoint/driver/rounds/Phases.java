package dev.adjoint.driver.rounds;

/**
 * Where the time of a round went, in nanoseconds; of several rounds, the sum.
 *
 * @param send to broadcast what the round begins with, and to take it back
 * @param compute of the slowest task
 * @param move scheduling, serialization, transfer, waiting for the slowest: what the job took besides
 * @param reduce to add up on the driver
 * @param update to make the step, or the mean of the replicas
 */
public record Phases(long send, long compute, long move, long reduce, long update) {
    public static final Phases NONE = new Phases(0, 0, 0, 0, 0);

    /** Of a job that was sent for {@code send} and then took {@code job}, computing and reducing included. */
    static Phases ofJob(long send, long job, Phases within) {
        long computed = within.compute();
        long reduced = within.reduce();
        return new Phases(send, computed, Math.max(0, job - computed - reduced), reduced, 0);
    }

    /** The sum of two rounds. */
    public Phases plus(Phases other) {
        return new Phases(
                send + other.send,
                compute + other.compute,
                move + other.move,
                reduce + other.reduce,
                update + other.update);
    }

    /** With what the driver did after the round. */
    public Phases withUpdate(long nanos) {
        return new Phases(send, compute, move, reduce, nanos);
    }

    public long total() {
        return send + compute + move + reduce + update;
    }
}
