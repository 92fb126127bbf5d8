package dev.adjoint.jobs.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adjoint.driver.plan.ClusterRates;
import dev.adjoint.driver.plan.CostModel;
import dev.adjoint.driver.plan.RoundCost;
import dev.adjoint.driver.settings.BatchSize;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.Synchronise;
import dev.adjoint.model.Network;
import dev.adjoint.worker.step.Optimiser;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** What {@code explain} says, as text and as JSON. */
public final class CostReport {
    private static final int[] EXECUTORS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000};
    /** As far as is looked for executors that no longer pay. */
    private static final int MOST_EXECUTORS = 1000;

    private static final double LITTLE_OVERHEAD = 0.1;

    private final Network network;
    private final Settings settings;
    private final long examples;
    private final int entriesOfRow;
    private final ClusterRates rates;
    private final ToDoubleFunction<CostModel> flops;
    private final int executors;
    private final int cores;

    private final CostModel model;
    private final double flopsOfModel;
    private final RoundCost round;
    private final CostModel.Memory memory;
    private final CostModel.Memory residentMemory;
    private final List<RoundCost> scaling;
    /** From so many on, overhead is half of a round or more. */
    private final int crossOver;

    private final int fastest;
    private final Map<String, Alternative> alternatives;

    /** Another way to synchronise, and what it costs. */
    private record Alternative(CostModel model, RoundCost round) {
        double secondsOfEpoch() {
            return round.seconds() * model.rounds();
        }
    }

    /**
     * Reckons.
     *
     * @param flops of a core, for each model
     * @param executors that are asked about, with {@code cores} each
     */
    public CostReport(
            Network network,
            Settings settings,
            long examples,
            int entriesOfRow,
            ClusterRates rates,
            ToDoubleFunction<CostModel> flops,
            int executors,
            int cores) {
        this.network = network;
        this.settings = settings;
        this.examples = examples;
        this.entriesOfRow = entriesOfRow;
        this.rates = rates;
        this.flops = flops;
        this.executors = executors;
        this.cores = cores;
        this.model = new CostModel(network, settings, examples, entriesOfRow);
        this.flopsOfModel = flops.applyAsDouble(model);
        this.round = on(executors);
        this.memory = model.memory(executors, cores);
        this.residentMemory = model.residentMemory(executors, cores);
        this.scaling = IntStream.of(EXECUTORS).mapToObj(this::on).toList();
        List<RoundCost> all = IntStream.rangeClosed(1, MOST_EXECUTORS)
                .mapToObj(count -> taken(model, flopsOfModel, count))
                .toList();
        this.crossOver = 1
                + all.stream()
                        .filter(cost -> cost.overheadShare() < 0.5)
                        .mapToInt(RoundCost::executors)
                        .max()
                        .orElse(0);
        this.fastest = all.stream()
                .min((a, b) -> Double.compare(a.seconds(), b.seconds()))
                .orElseThrow()
                .executors();
        this.alternatives = alternatives();
    }

    private RoundCost on(int count) {
        return model.round(rates, flopsOfModel, count, cores);
    }

    private RoundCost resident(int count) {
        return model.residentRound(rates, flopsOfModel, count, cores);
    }

    /** A round as {@code training.rounds} has it made, by executors that have the memory for it. */
    private RoundCost taken(CostModel cost, double flopsOfCost, int count) {
        boolean isResident =
                switch (settings.get(Keys.ROUNDS)) {
                    case JOBS -> false;
                    case RESIDENT -> true;
                    case AUTO -> byJobs(cost, count).isEmpty();
                };
        return isResident
                ? cost.residentRound(rates, flopsOfCost, count, cores)
                : cost.round(rates, flopsOfCost, count, cores);
    }

    /** Why {@code training.rounds = auto} makes a job of each round, if it does. */
    private Optional<String> byJobs(CostModel cost, int count) {
        return cost.againstResident(rates, count, cores, Long.MAX_VALUE);
    }

    private Alternative with(Settings other) {
        CostModel cost = new CostModel(network, other, examples, entriesOfRow);
        return new Alternative(cost, taken(cost, flops.applyAsDouble(cost), executors));
    }

    private Map<String, Alternative> alternatives() {
        Map<String, Alternative> found = new LinkedHashMap<>();
        found.put("as configured", new Alternative(model, taken(model, flopsOfModel, executors)));
        // What takes all examples at once has no other way to synchronise.
        Settings ofSteps = settings.minimiser() instanceof Optimiser ? settings : settings.without(Keys.OPTIMISER);
        Settings everyStep = ofSteps.with(Keys.SYNCHRONISE, Synchronise.EVERY_STEP);
        for (int batch = 32; batch > 0 && batch < 2 * examples; batch *= 2) {
            Alternative larger = with(everyStep.with(Keys.BATCH_SIZE, new BatchSize(batch)));
            if (larger.round().overheadShare() <= LITTLE_OVERHEAD) {
                found.put("every step, 10 % overhead", larger);
                break;
            }
        }
        // Each replica's step takes as many examples as its shard now brings to one.
        Settings replicas = settings.get(Keys.SYNCHRONISE).isExact()
                ? ofSteps.with(Keys.BATCH_SIZE, new BatchSize(model.rowsOfShard()))
                : ofSteps;
        found.put("every 10 steps", with(replicas.with(Keys.SYNCHRONISE, new Synchronise(10))));
        found.put("every 100 steps", with(replicas.with(Keys.SYNCHRONISE, new Synchronise(100))));
        found.put("every epoch", with(replicas.with(Keys.SYNCHRONISE, Synchronise.EVERY_EPOCH)));
        return found;
    }

    public String text() {
        Text text = new Text();
        text.line(
                "network %s %s, %,d parameters; %,d examples",
                network.widths(), network.kinds(), network.parameterCount(), examples);
        text.line(
                "a round: %,d examples over %d shards, %.3g GFLOP; an epoch: %,d rounds",
                model.examplesOfRound(), model.shards(), model.flops() / 1e9, model.rounds());
        text.line(
                "a core makes %.1f GFLOP/s of it; %.3g Gbit/s between machines; %d core%s an executor",
                flopsOfModel / 1e9, rates.network() * 8 / 1e9, cores, cores == 1 ? "" : "s");
        text.line("");
        phases(text);
        text.line("");
        memory(text);
        text.line("");
        scaling(text);
        text.line("");
        alternatives(text);
        return text.toString();
    }

    private void phases(Text text) {
        text.line(
                "%-44s %12s %10s %6s", "a round as a job, on " + count(executors, "executor"), "bytes", "ms", "share");
        phase(text, "serialize the parameters, on the driver", bytes(round.state()), round.send());
        phase(text, "broadcast, to each executor", bytes(round.state()), round.broadcast());
        phase(text, "schedule " + count(round.partitions(), "task"), "", round.schedule());
        phase(text, "compute, the busiest core", "", round.compute());
        phase(
                text,
                round.sliced() ? "reduce, executors to each other" : "reduce, tasks to driver",
                bytes(round.result()),
                round.transfer());
        phase(text, round.sliced() ? "add, on the executors" : "add, on the driver", "", round.reduce());
        phase(text, "update, on the driver", "", round.update());
        phase(text, "all", "", round.seconds());
        RoundCost resident = resident(executors);
        text.line(
                "%-44s %12s %10.2f",
                "the same, resident (training.rounds)", bytes(resident.result()), 1e3 * resident.seconds());
        text.line(
                "training.rounds = auto makes %s",
                byJobs(model, executors)
                        .map(why -> "a job of each round: " + why)
                        .orElse("resident rounds"));
    }

    private void phase(Text text, String name, String bytes, double seconds) {
        text.line("%-44s %12s %10.2f %4.0f %%", name, bytes, 1e3 * seconds, 100 * seconds / round.seconds());
    }

    private void memory(Text text) {
        text.line(
                "memory an executor: %s of data, %s of broadcasts, %s in %s; at least --executor-memory %s",
                bytes(memory.data()),
                bytes(memory.broadcasts()),
                bytes(memory.working()),
                count(cores, "task"),
                megabytes(memory.executor()));
        text.line(
                "the same with resident rounds: %s of data, %s of broadcasts, %s in tasks; at least --executor-memory %s",
                bytes(residentMemory.data()),
                bytes(residentMemory.broadcasts()),
                bytes(residentMemory.working()),
                megabytes(residentMemory.executor()));
        text.line(
                "memory of the driver: %s; at least --driver-memory %s",
                bytes(memory.driver()), megabytes(memory.driverHeap()));
    }

    private void scaling(Text text) {
        text.line(
                "%9s %12s %14s %11s %9s %12s %14s",
                "executors", "ms, a job", "examples/s", "efficiency", "overhead", "ms, resident", "examples/s");
        for (RoundCost cost : scaling) {
            RoundCost resident = resident(cost.executors());
            text.line(
                    "%9d %12.2f %,14.0f %9.0f %% %7.0f %% %12.2f %,14.0f%s",
                    cost.executors(),
                    1e3 * cost.seconds(),
                    cost.examplesPerSecond(),
                    100 * efficiency(cost),
                    100 * cost.overheadShare(),
                    1e3 * resident.seconds(),
                    resident.examplesPerSecond(),
                    cost.sliced() ? "  reduced by the executors" : "");
        }
        text.line(
                crossOver > MOST_EXECUTORS
                        ? "overhead is less than half of a round on %,d executors".formatted(MOST_EXECUTORS)
                        : "overhead is half of a round or more from %s on".formatted(count(crossOver, "executor")));
        text.line("the round is shortest on %s", count(fastest, "executor"));
        text.line(
                "%d shards: more than %s idle; a larger batch or training.shards gives more of them",
                model.shards(), count(model.shards(), "core"));
    }

    /** What one executor takes, over what all of these take together. */
    private double efficiency(RoundCost cost) {
        return scaling.get(0).seconds() / cost.seconds() / cost.executors();
    }

    private void alternatives(Text text) {
        text.line(
                "%-26s %10s %14s %7s %12s %14s %9s %12s",
                "synchronised",
                "batch",
                "examples/round",
                "shards",
                "ms a round",
                "examples/s",
                "overhead",
                "s an epoch");
        alternatives.forEach((name, other) -> text.line(
                "%-26s %,10d %,14d %7d %12.2f %,14.0f %7.0f %% %12.2f",
                name,
                other.model().batchSize(),
                other.round().examples(),
                other.model().shards(),
                1e3 * other.round().seconds(),
                other.round().examplesPerSecond(),
                100 * other.round().overheadShare(),
                other.secondsOfEpoch()));
        if (!alternatives.containsKey("every step, 10 % overhead")) {
            text.line("no batch has as little as 10 %% overhead on %s", count(executors, "executor"));
        }
        text.line("Larger batches and local steps make fewer or less exact updates: an epoch may teach less.");
    }

    public ObjectNode json() {
        ObjectNode node = new ObjectMapper().createObjectNode().put("job", "explain");
        node.put("parameters", network.parameterCount())
                .put("examples", examples)
                .put("examples_per_round", model.examplesOfRound())
                .put("rounds", model.rounds())
                .put("shards", model.shards())
                .put("gflop_per_round", model.flops() / 1e9)
                .put("gflops_per_core", flopsOfModel / 1e9)
                .put("cores", cores);
        put(node.putObject("round"), round)
                .put("send_ms", 1e3 * round.send())
                .put("broadcast_ms", 1e3 * round.broadcast())
                .put("schedule_ms", 1e3 * round.schedule())
                .put("compute_ms", 1e3 * round.compute())
                .put("transfer_ms", 1e3 * round.transfer())
                .put("reduce_ms", 1e3 * round.reduce())
                .put("update_ms", 1e3 * round.update())
                .put("broadcast_bytes", round.state())
                .put("result_bytes", round.result())
                .put("driver_receives_bytes", round.received())
                .put("reduced_by_executors", round.sliced());
        RoundCost resident = resident(executors);
        put(node.putObject("resident_round"), resident)
                .put("compute_ms", 1e3 * resident.compute())
                .put("exchange_ms", 1e3 * resident.transfer())
                .put("reduce_ms", 1e3 * resident.reduce())
                .put("update_ms", 1e3 * resident.update())
                .put("exchanged_bytes", resident.result());
        node.putObject("memory")
                .put("data_bytes", memory.data())
                .put("broadcast_bytes", memory.broadcasts())
                .put("working_bytes", memory.working())
                .put("executor_bytes", memory.executor())
                .put("resident_executor_bytes", residentMemory.executor())
                .put("driver_bytes", memory.driverHeap());
        scaling.forEach(cost -> put(node.withArray("scaling").addObject(), cost)
                .put("efficiency", efficiency(cost))
                .put("resident_ms", 1e3 * resident(cost.executors()).seconds()));
        node.put("fastest_executors", fastest);
        node.put("crossover_executors", crossOver > MOST_EXECUTORS ? null : crossOver);
        ObjectNode others = node.putObject("synchronised");
        alternatives.forEach((name, other) -> put(others.putObject(name), other.round())
                .put("batch", other.model().batchSize())
                .put("shards", other.model().shards())
                .put("epoch_seconds", other.secondsOfEpoch()));
        return node;
    }

    private static ObjectNode put(ObjectNode node, RoundCost cost) {
        return node.put("executors", cost.executors())
                .put("examples", cost.examples())
                .put("ms", 1e3 * cost.seconds())
                .put("examples_per_second", cost.examplesPerSecond())
                .put("overhead", cost.overheadShare());
    }

    private static String count(int n, String what) {
        return "%,d %s%s".formatted(n, what, n == 1 ? "" : "s");
    }

    private static String bytes(long bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        int unit = 0;
        double number = bytes;
        for (; number >= 1000 && unit < units.length - 1; unit++) {
            number /= 1000;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", number, units[unit]);
    }

    /** Spark's unit, rounded up to 64 of them. */
    private static String megabytes(long bytes) {
        return (bytes + (64 << 20) - 1) / (64 << 20) * 64 + "m";
    }

    /** Lines, with numbers as they are written everywhere. */
    private static final class Text {
        private final StringBuilder text = new StringBuilder();

        void line(String format, Object... values) {
            text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
