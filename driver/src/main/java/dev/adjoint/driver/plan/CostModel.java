package dev.adjoint.driver.plan;

import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.rounds.Reduction;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.training.Algorithm;
import dev.adjoint.driver.training.TrainingState;
import dev.adjoint.model.Network;
import dev.adjoint.worker.BatchShape;
import dev.adjoint.worker.Begin;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.Round;
import dev.adjoint.worker.RoundWork;
import dev.adjoint.worker.Rows;
import dev.adjoint.worker.ShardWork;
import dev.adjoint.worker.SparseRows;
import dev.adjoint.worker.TreeSum;
import dev.adjoint.worker.WeightedSum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * What a round of a training costs on a cluster, before anyone runs it. The bytes and the memory of the arenas are exact;
 * the seconds are a model:
 *
 * <ul>
 *   <li>broadcast: the driver serializes the state, 4 bytes a parameter, or 8 with local steps, whose velocity travels too.
 *       Executors fetch its blocks of 4 MB from whoever has them, so the last of {@code n} has it after {@code 1 + ceil(log2
 *       n) / blocks} times what one transfer takes: blocks go down a binary tree one behind the other. That is the least:
 *       executors that ask for a block at the same moment all ask the driver.
 *   <li>scheduling: so much a stage, and so much a task, which the driver starts one after the other.
 *   <li>compute: of the core with the most shards, their arithmetic ({@link RoundWork#flops}) at the rate of a core, and an
 *       addition of vectors for each shard after its first. Shards are not divided: cores beyond their number idle.
 *   <li>transfer and reduction ({@link Reduction#of} decides): the driver receives every task's sums, and adds them; or each
 *       task sends a slice to every other, adds its own, and the driver receives each number once. Four threads of the
 *       driver deserialize. Tasks whose number is no power of two have runs of shards that are no whole nodes of the tree,
 *       and send several sums each. A sum of {@code length} numbers is 4 length bytes; adding one reads two numbers and writes one.
 *   <li>update: of a parameter, of each number that the optimiser keeps for it and of its gradient, all are read and all but the
 *       last written; with local steps four of each.
 * </ul>
 *
 * <p>The constants of {@link ClusterRates#measured} give 8.3, 18.7 and 104 ms for the rounds that they were taken from (with 8
 * Gbit/s for local sockets), which took 7.6, 14.6 and 103 ms when least disturbed. On a machine that others use too, rounds
 * took up to four times as long. More than two executors, and a network between machines, were not measured.
 *
 * <p>Nothing overlaps, nobody is late, and the machines do nothing else. The time of a first round, in which Spark sends the
 * program and Java compiles, is left out, and so is evaluation.
 */
public final class CostModel {
    /** {@code spark.broadcast.blockSize}. */
    private static final long BLOCK = 4 << 20;
    /** {@code spark.resultGetter.threads}. */
    private static final int RESULT_THREADS = 4;
    /** What Spark keeps of a heap for itself, and the share of the rest that data and broadcasts may take. */
    private static final long RESERVED = 300L << 20;

    /** Spark starts nothing with a smaller heap. */
    private static final long LEAST_HEAP = RESERVED * 3 / 2;

    private static final double STORAGE_SHARE = 0.6;
    /** A heap that is fuller than this spends its time collecting garbage. */
    private static final double FULL = 0.8;

    private final Network network;
    private final Algorithm algorithm;
    private final long examples;
    private final int entriesOfRow;
    private final int shards;
    private final ReductionKind reduction;
    private final RoundWork work;
    private final Round round;
    private final Begin begin;
    private final long flopsOfShard;
    /** The parameters, and what the optimiser keeps. */
    private final int vectors;

    /** Bytes of what a round begins with. */
    private final long state;

    /**
     * As the options say, for so many examples to train on.
     *
     * @param entriesOfRow how many features of a row are not 0 at most, where rows are sparse; 0 where they are dense
     */
    public CostModel(Network network, Settings settings, long examples, int entriesOfRow) {
        this.network = network;
        this.examples = examples;
        this.entriesOfRow = entriesOfRow;
        this.shards = settings.shardCount(examples);
        this.reduction = settings.get(Keys.REDUCTION);
        this.algorithm = Algorithm.of(network, settings, examples, shards, entriesOfRow);
        this.work = algorithm.work();
        this.round = algorithm.round(1, 1);
        this.flopsOfShard = work.flops(rowsOfShard());
        List<String> kept = settings.minimiser().state();
        this.begin = algorithm.begin(TrainingState.initial(network.initialParameters(1), kept), round);
        this.vectors = 1 + kept.size();
        this.state = 4L * begin.vectors().values().size() * network.parameterCount();
    }

    /** What the rate of a core depends on: how many rows it takes at a time, and what it does with their gradient. */
    public String kind() {
        boolean steps = work instanceof RoundWork.LocalSteps;
        long together = work instanceof RoundWork.LocalSteps local ? local.batchSize() : rowsOfShard();
        return "%s, %d rows at a time"
                .formatted(
                        steps ? "local steps" : "gradients",
                        BatchShape.of(together, network.inputs(), entriesOfRow).rows());
    }

    public int shards() {
        return shards;
    }

    /** How many rounds an epoch has. */
    public int rounds() {
        return algorithm.rounds();
    }

    /** How many examples a step takes: of a replica, where each makes its own. */
    public long batchSize() {
        return work instanceof RoundWork.LocalSteps local ? local.batchSize() : examplesOfRound();
    }

    /** How many examples a round takes. */
    public long examplesOfRound() {
        return round.last() - round.first();
    }

    /** How many of them the largest shard has. */
    public int rowsOfShard() {
        return round.to(0) - round.from(0);
    }

    /** The arithmetic of all gradients of a round, with that of the rows that pad short batches. */
    public long flops() {
        return flopsOfShard * shards;
    }

    /**
     * The cost on {@code executors} with {@code cores} each.
     *
     * @param flops additions, multiplications and function values a second that a core makes of this work
     */
    public RoundCost round(ClusterRates rates, double flops, int executors, int cores) {
        int partitions = partitions(executors, cores);
        int reached = Math.min(executors, partitions);
        long vector = 4L * work.length();
        int nodes = nodes(partitions);
        long result = vector * nodes;
        boolean sliced = Reduction.isByExecutors(work.length(), partitions);
        double stages = sliced ? 2 : 1;
        double blocks = Math.ceil((double) state / BLOCK);

        double broadcast = state / rates.network() * (1 + ceilLog2(reached) / blocks) + state / rates.serialization();
        // The node count of the busiest task is bounded by the average, rounded up, for runs of like lengths.
        double ofTask = (double) result / partitions;
        double ofExecutor = (double) result / reached;
        long received = sliced ? vector : result;
        double toDriver =
                received / rates.network() + received / rates.serialization() / Math.min(RESULT_THREADS, partitions);
        double transfer = sliced
                ? 2 * ofTask / rates.serialization() + share(reached) * ofExecutor / rates.network() + toDriver
                : ofTask / rates.serialization() + toDriver;
        double added = sliced ? ofTask : Math.max(0, result - vector);
        return new RoundCost(
                executors,
                partitions,
                examplesOfRound(),
                state,
                result,
                received,
                sliced,
                state / rates.serialization(),
                broadcast,
                stages * (rates.stage() + partitions * rates.task()),
                compute(rates, flops, executors, cores),
                transfer,
                3 * added / rates.memory(),
                (work instanceof RoundWork.LocalSteps ? 4.0 : 1 + 2.0 * vectors) * vector / rates.memory());
    }

    /**
     * The cost where the executors make rounds by themselves: each task sends its slice of every other task's to that, and the sum of
     * its own to all; all make the step. The job in which an epoch's rounds are, and what the driver hears of it, are shared by them.
     *
     * @param flops additions, multiplications and function values a second that a core makes of this work
     */
    public RoundCost residentRound(ClusterRates rates, double flops, int executors, int cores) {
        int partitions = partitions(executors, cores);
        int reached = Math.min(executors, partitions);
        long vector = 4L * work.length();
        // A number that a task does not add itself it sends, and receives again; those of a task with no whole node
        // several times.
        double ofTask = (double) (partitions - 1) / partitions * vector * (1 + (double) nodes(partitions) / partitions);
        double ofExecutor = ofTask * ceilDivide(partitions, reached);
        double told = kept() / rates.network() + kept() / rates.serialization();
        return new RoundCost(
                executors,
                partitions,
                examplesOfRound(),
                0,
                (long) (ofTask * partitions),
                0,
                false,
                0,
                0,
                (rates.stage() + partitions * rates.task()) / rounds(),
                compute(rates, flops, executors, cores),
                rates.exchange()
                        + ofTask / rates.exchanged()
                        + share(reached) * ofExecutor / rates.network()
                        + told / rounds(),
                3.0 * vector / rates.memory(),
                running(executors, cores) * (1 + 2.0 * vectors) * 4 * network.parameterCount() / rates.memory());
    }

    /**
     * Why a job a round is better than resident rounds; empty where there are several, which take less time, and have the memory;
     * and where nobody says how the sums of jobs are added.
     *
     * @param heap of an executor, in bytes
     */
    public Optional<String> againstResident(ClusterRates rates, int executors, int cores, long heap) {
        if (rounds() == 1) {
            return Optional.of("an epoch is one round");
        }
        if (reduction != ReductionKind.AUTO) {
            return Optional.of("%s = %s adds the sums of jobs".formatted(Keys.REDUCTION, reduction));
        }
        double resident = residentRound(rates, 1, executors, cores).overhead();
        double jobs = round(rates, 1, executors, cores).overhead();
        if (resident > jobs) {
            return Optional.of(
                    "beside what it computes it is expected to take %.3g ms, which is less than the %.3g ms of a resident one, with %,d parameters on %d executors of %d cores"
                            .formatted(1e3 * jobs, 1e3 * resident, network.parameterCount(), executors, cores));
        }
        long needed = residentMemory(executors, cores).executor();
        return needed <= heap
                ? Optional.empty()
                : Optional.of(
                        "resident rounds need executors with %,d MB at least, and they have %,d (--executor-memory)"
                                .formatted(needed >> 20, heap >> 20));
    }

    /** How much of what an executor sends to all goes to other machines. */
    private static double share(int executors) {
        return (executors - 1.0) / executors;
    }

    /** Bytes of the parameters, and of what the optimiser keeps. */
    private long kept() {
        return 4L * vectors * network.parameterCount();
    }

    /** Tasks of an executor that run at once. */
    private int running(int executors, int cores) {
        return Math.min(cores, ceilDivide(partitions(executors, cores), executors));
    }

    /** Seconds of the busiest core. */
    private double compute(ClusterRates rates, double flops, int executors, int cores) {
        int partitions = partitions(executors, cores);
        int tasksOfCore = ceilDivide(partitions, executors * cores);
        long shardsOfCore = Math.min(shards, (long) tasksOfCore * ceilDivide(shards, partitions));
        return shardsOfCore * flopsOfShard / flops + (shardsOfCore - 1) * 3.0 * 4 * work.length() / rates.memory();
    }

    /**
     * The memory that a training needs, in bytes.
     *
     * @param data the packed examples of the executor that has the most
     * @param broadcasts the state, as its blocks and as arrays
     * @param working arenas, sums and messages of the tasks that run at once
     * @param driver state, broadcast and all sums of a round
     */
    public record Memory(long data, long broadcasts, long working, long driver) {
        /**
         * The least {@code --executor-memory}: data and broadcasts fit into the six tenths that Spark gives them of a heap
         * less 300 MB, and all together into eight tenths. With less, data goes to disk: the result is the same, and late.
         */
        public long executor() {
            double storage = data + broadcasts;
            return heap(Math.max(storage / STORAGE_SHARE, (storage + working) / FULL));
        }

        /** The least {@code --driver-memory}, likewise. */
        public long driverHeap() {
            return heap(driver / FULL);
        }

        private static long heap(double needed) {
            return Math.max(LEAST_HEAP, RESERVED + (long) needed);
        }
    }

    /** What {@code executors} with {@code cores} each have to hold. */
    public Memory memory(int executors, int cores) {
        int partitions = partitions(executors, cores);
        long vector = 4L * work.length();
        // A node of each level may wait for its sibling; a result is there as arrays, as bytes and as a message.
        long sums = vector * (1 + ceilLog2(shardsOfTask(partitions)) + 3);
        long working = running(executors, cores) * (4 * work.arena() + sums);
        boolean sliced = Reduction.isByExecutors(work.length(), partitions);
        long received = sliced ? 2 * vector : vector * nodes(partitions);
        // The parameters and what the optimiser keeps; the broadcast's copy and its blocks; what came, as bytes and as
        // arrays.
        return new Memory(data(executors, partitions), 2 * state, working, kept() + 2 * state + 2 * received);
    }

    /** The same where the executors make rounds by themselves. */
    public Memory residentMemory(int executors, int cores) {
        int partitions = partitions(executors, cores);
        long vector = 4L * work.length();
        // Of each level a node, a sum of all, and letters of as many numbers for each of the two messages.
        long sums = vector * (1 + ceilLog2(shardsOfTask(partitions)) + 1 + 2);
        long working = running(executors, cores) * (4 * work.arena() + sums + kept());
        // What a stretch begins with, as above; what one of its tasks ends with is a message, bytes and arrays.
        return new Memory(data(executors, partitions), 2 * kept(), working, 6 * kept());
    }

    private int shardsOfTask(int partitions) {
        return ceilDivide(shards, partitions);
    }

    /** Bytes of the packed rows of the executor that has the most. */
    private long data(int executors, int partitions) {
        long shardsOfExecutor = Math.min(shards, (long) ceilDivide(partitions, executors) * shardsOfTask(partitions));
        long rows = (examples + shards - 1) / shards;
        // A target and a weight; an entry is a column and a value.
        int numbers = entriesOfRow > 0 ? 2 * entriesOfRow + 3 : network.inputs() + 2;
        return shardsOfExecutor * rows * numbers * 4;
    }

    /**
     * Measures how fast one core of this machine does the round's work, with all that belongs to it: gathering rows,
     * adding gradients, steps of a replica.
     *
     * @param seconds to take for it, about; the first half warms up
     * @return additions, multiplications and function values a second
     */
    public double measureFlops(double seconds) {
        int numbers = entriesOfRow > 0 ? 2 * entriesOfRow : network.inputs();
        int rows = Math.min(rowsOfShard(), Math.max(64, Math.min(4096, (1 << 24) / numbers)));
        Chunk chunk = randomChunk(rows);
        Round all = new Round(1, 1, 0, rows, 1);
        ShardWork<Begin, WeightedSum> worker = work.layOut();
        Begin measured = new Begin(all, 0, 1, begin.vectors());
        List<Long> nanos = new ArrayList<>();
        long start = System.nanoTime();
        for (long now = start; now - start < seconds * 1e9 || nanos.size() < 2; ) {
            PartitionSum<WeightedSum> sum = PartitionSum.of(List.of(chunk).iterator(), worker, measured);
            sum.nodes().forEach(node -> worker.recycle(node.sum()));
            now = System.nanoTime();
            nanos.add(sum.computeNanos());
        }
        List<Long> warm = new ArrayList<>(nanos.subList(nanos.size() / 2, nanos.size()));
        Collections.sort(warm);
        // The lower quartile: what the core does when nothing else wants it.
        return work.flops(rows) / (warm.get(warm.size() / 4) / 1e9);
    }

    /** Rows of class 0, or of the target 0. */
    private Chunk randomChunk(int rows) {
        float[] weights = new float[rows];
        Arrays.fill(weights, 1);
        Random random = new Random(1);
        return new Chunk(
                0,
                0,
                entriesOfRow > 0 ? sparse(rows, random) : dense(rows, random),
                new float[rows * network.loss().targets(network.outputs())],
                weights);
    }

    private Rows dense(int rows, Random random) {
        float[] x = new float[Math.multiplyExact(rows, network.inputs())];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return new Rows.Dense(rows, network.inputs(), x);
    }

    /** One entry in each of so many equal parts of a row. */
    private Rows sparse(int rows, Random random) {
        SparseRows entries = new SparseRows(network.inputs());
        for (int row = 0; row < rows; row++) {
            for (long k = 0; k < entriesOfRow; k++) {
                int from = (int) (k * network.inputs() / entriesOfRow);
                int to = (int) ((k + 1) * network.inputs() / entriesOfRow);
                entries.add(from + random.nextInt(to - from), (float) random.nextGaussian());
            }
            entries.endRow();
        }
        return entries.rows();
    }

    /** Spark takes two at least for the parallelism of a cluster. */
    private int partitions(int executors, int cores) {
        return ShardedData.partitions(shards, Math.max(2, Math.multiplyExact(executors, cores)));
    }

    /** The sums of runs of shards that all tasks of a round come to. */
    private int nodes(int partitions) {
        int nodes = 0;
        for (int p = 0; p < partitions; p++) {
            nodes += TreeSum.nodeCount(
                    ShardedData.firstShard(p, shards, partitions), ShardedData.firstShard(p + 1, shards, partitions));
        }
        return nodes;
    }

    private static int ceilDivide(int a, int b) {
        return (a + b - 1) / b;
    }

    private static int ceilLog2(int n) {
        return 32 - Integer.numberOfLeadingZeros(n - 1);
    }
}
