package dev.adjoint.jobs.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adjoint.driver.rounds.Phases;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Where the time of a training's rounds went: for {@code --profile}. The first epoch warms up, and counts when it is the only one. */
public final class PhaseTable implements TrainingListener {
    private long[] totals = new long[6];
    private int rounds;
    private int roundsOfEpoch;

    @Override
    public void round(RoundReport round, TrainingState state) {
        roundsOfEpoch = round.rounds();
    }

    @Override
    public void epoch(EpochReport epoch, TrainingState state) {
        if (epoch.epoch() == 2) {
            totals = new long[6];
            rounds = 0;
        }
        Phases phases = epoch.phases();
        long[] parts = {
            phases.send(),
            phases.compute(),
            phases.move(),
            phases.reduce(),
            phases.update(),
            epoch.nanos() - phases.total()
        };
        Arrays.setAll(totals, i -> totals[i] + parts[i]);
        rounds += roundsOfEpoch;
    }

    /** Milliseconds a round, by phase. */
    private Map<String, Double> milliseconds() {
        String[] names = {
            "broadcast",
            "compute (slowest task)",
            "scheduling, serialization, transfer",
            "reduction on the driver",
            "update",
            "between rounds"
        };
        Map<String, Double> phases = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
            phases.put(names[i], totals[i] / 1e6 / rounds);
        }
        return phases;
    }

    /** The table, with the time of a round in which nothing is computed. */
    public String format(long[] emptyRounds) {
        StringBuilder text = new StringBuilder("%-38s %10s %7s%n".formatted("phase of a round", "ms", "share"));
        double total = Arrays.stream(totals).sum() / 1e6 / rounds;
        milliseconds()
                .forEach((name, ms) ->
                        text.append(String.format(Locale.ROOT, "%-38s %10.3f %5.0f %%%n", name, ms, 100 * ms / total)));
        text.append(String.format(Locale.ROOT, "%-38s %10.3f%n", "all", total));
        return text.append(String.format(
                        Locale.ROOT, "%-38s %10.3f", "a round without work (median)", median(emptyRounds)))
                .toString();
    }

    /** The same for a summary. */
    public void putTo(ObjectNode summary, long[] emptyRounds) {
        ObjectNode node = summary.putObject("profile_ms");
        milliseconds().forEach(node::put);
        node.put("a round without work", median(emptyRounds));
    }

    private static double median(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2] / 1e6;
    }
}
