package dev.adjoint.faults;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What happens, and where.
 *
 * @param epoch of the round, 0 for any
 * @param step the first one of the round, 0 for any
 * @param partition whose task it is, -1 for any
 * @param attempts to how many attempts of the task it happens, from the first on
 * @param millis how long it lasts, where it lasts, or how much later it happens
 */
public record Fault(Action action, Phase phase, int epoch, long step, int partition, int attempts, long millis) {
    /** A local property of Spark's with the faults of the jobs that a thread starts. */
    public static final String PROPERTY = "adjoint.faults";

    /** What happens. */
    public enum Action {
        /** {@code kill -9} of the executor's process. */
        KILL,
        /** The task fails with an exception, when it has computed. */
        THROW,
        /** The task's thread is interrupted: it fails where it waits next. */
        INTERRUPT,
        /** The task sleeps first. */
        DELAY,
        /** The executor's process is stopped by a signal, and continued later. */
        PAUSE,
        /** The executor forgets all cached blocks. */
        EVICT,
        /** The features of the first chunk that is cached of the partition are no numbers any more. */
        GARBLE
    }

    /** When, in a task. */
    public enum Phase {
        /** Before it computes. */
        START,
        /** When it has computed. */
        END,
        /** So many milliseconds after it began, whatever it does then. */
        LATER,
        /** Before a task of a later stage of the job adds what the first stage computed. */
        REDUCE
    }

    /**
     * In the form that {@link #parse} reads.
     *
     * @param training tells trainings apart whose jobs have the same descriptions
     */
    public static String format(int training, List<Fault> faults) {
        return "#" + training + ";"
                + faults.stream()
                        .map(f -> "%s %s %d %d %d %d %d"
                                .formatted(f.action, f.phase, f.epoch, f.step, f.partition, f.attempts, f.millis)
                                .toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(";"));
    }

    static List<Fault> parse(String text) {
        return Arrays.stream(text.split(";"))
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(line -> line.toUpperCase(Locale.ROOT).split(" "))
                .map(f -> new Fault(
                        Action.valueOf(f[0]),
                        Phase.valueOf(f[1]),
                        Integer.parseInt(f[2]),
                        Long.parseLong(f[3]),
                        Integer.parseInt(f[4]),
                        Integer.parseInt(f[5]),
                        Long.parseLong(f[6])))
                .toList();
    }

    /** Whether it happens to an attempt of a task, from 0, in the round that these properties of its job tell of. */
    boolean concerns(int epochOfJob, long stepOfJob, int taskPartition, int attempt) {
        return (epoch == 0 || epoch == epochOfJob)
                && (step == 0 || step == stepOfJob)
                && (partition < 0 || partition == taskPartition)
                && attempt < attempts;
    }
}
