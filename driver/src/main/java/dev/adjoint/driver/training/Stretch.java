package dev.adjoint.driver.training;

import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.driver.resident.Exchange;
import dev.adjoint.driver.resident.ResidentWork;
import dev.adjoint.driver.rounds.Workers;
import dev.adjoint.driver.training.TrainingState.Convergence;
import dev.adjoint.driver.training.TrainingState.Learning;
import dev.adjoint.driver.training.TrainingState.Position;
import dev.adjoint.worker.Begin;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.Evaluation;
import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.ShardWork;
import dev.adjoint.worker.Sweep;
import dev.adjoint.worker.Vectors;
import dev.adjoint.worker.WeightedSum;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Some rounds of an epoch, one after the other, without the driver: each task computes what its shards come to, exchanges it for
 * the sum over all, and makes the step. So all tasks have the same parameters after every round, which are those that the driver
 * would have made.
 */
record Stretch(
        Algorithm algorithm,
        Workers<Begin, WeightedSum> workers,
        @Nullable Workers<float[], Evaluation> evaluators,
        Ends ends)
        implements ResidentWork<Stretch.From, Vectors, Stretch.To> {
    /** @param evaluation of the parameters that an epoch ends with, on the rows that they were learned from */
    static Stretch of(Algorithm algorithm, Optional<Evaluation.OfModel> evaluation) {
        return new Stretch(
                algorithm,
                new Workers<>(algorithm.work()),
                evaluation.map(Workers::new).orElse(null),
                new Ends());
    }

    /**
     * Where a stretch begins.
     *
     * @param number of the stretch, from 1
     * @param follows the number of the stretch at whose end the training still is, or 0
     * @param rounds how many it has at most
     * @param tellsBefore whether the parameters before the last of them are asked for
     * @param evaluates whether it ends an epoch, whose parameters are evaluated
     */
    record From(
            long number,
            long follows,
            long step,
            Position position,
            Learning learning,
            Convergence convergence,
            int rounds,
            boolean tellsBefore,
            boolean evaluates)
            implements Serializable {
        private TrainingState state(Vectors vectors) {
            return new TrainingState(
                    step, position, learning, convergence, Optional.empty(), Optional.empty(), vectors);
        }
    }

    /**
     * Where it ended, as one task has it: all have the same, and each brings a slice.
     *
     * @param vectors the task's slice of each
     * @param before its slice of the parameters before the last round, where they are asked for
     * @param digest of all vectors: that of every task
     * @param loss of the last round, whose examples have so much {@code weight}
     * @param computeNanos that the task's shards took
     * @param exchangeNanos that sums took, waiting for others included
     * @param updateNanos that steps took
     * @param evaluated what the evaluation of the task's shards came to; no sums where there was none
     * @param numerics what computed
     */
    record To(
            long step,
            Position position,
            Convergence convergence,
            List<float[]> vectors,
            List<float[]> before,
            long digest,
            double loss,
            double weight,
            long computeNanos,
            long exchangeNanos,
            long updateNanos,
            PartitionSum<Evaluation> evaluated,
            String numerics)
            implements Serializable {
        /** The driver's state after a stretch that all tasks ended so. */
        static TrainingState after(TrainingState before, List<To> ends) {
            To any = ends.get(0);
            return new TrainingState(
                    any.step,
                    any.position,
                    before.learning(),
                    any.convergence,
                    before.best(),
                    before.search(),
                    new Vectors(
                            before.vectors().names(),
                            whole(ends.stream().map(To::vectors).toList())));
        }

        /** The parameters before the last round, where they were asked for. */
        static Optional<float[]> before(List<To> ends) {
            return whole(ends.stream().map(To::before).toList()).stream().findFirst();
        }

        /** What the tasks' slices make up, vector by vector. */
        private static List<float[]> whole(List<List<float[]>> ofTasks) {
            List<float[]> vectors = new ArrayList<>();
            for (int i = 0; i < ofTasks.get(0).size(); i++) {
                int number = i;
                List<float[]> slices =
                        ofTasks.stream().map(slice -> slice.get(number)).toList();
                FloatBuffer vector = FloatBuffer.allocate(
                        slices.stream().mapToInt(slice -> slice.length).sum());
                slices.forEach(vector::put);
                vectors.add(vector.array());
            }
            return vectors;
        }
    }

    @Override
    public To run(From from, Supplier<Vectors> vectors, List<Chunk> chunks, Exchange exchange) {
        // A copy: in local mode the tasks of a stage see the very arrays.
        TrainingState state = from.state(ends.take(exchange.self(), from.follows())
                .orElseGet(() -> vectors.get().copy()));
        long exchangedBefore = exchange.nanos();
        ShardWork<Begin, WeightedSum> worker = workers.borrow();
        int last = from.position().round() + from.rounds();
        List<float[]> before = List.of();
        double loss = 0;
        double weight = 0;
        long computed = 0;
        long updated = 0;
        for (int number = from.position().round() + 1; number <= last; number++) {
            Begin begin =
                    algorithm.begin(state, algorithm.round(state.position().epoch(), number));
            PartitionSum<WeightedSum> own = PartitionSum.of(chunks.iterator(), worker, begin);
            computed += own.computeNanos();
            WeightedSum sum = exchange.sum(own);
            if (from.tellsBefore() && number == last) {
                before = List.of(slice(state.vectors().parameters(), exchange));
            }
            long start = System.nanoTime();
            try {
                state = algorithm.update(state, number, sum, Sweep.WHOLE);
            } catch (Algorithm.NotFiniteException e) {
                break; // before it: the driver makes this round by itself, and finds out why
            }
            updated += System.nanoTime() - start;
            own.nodes().forEach(node -> worker.recycle(node.sum())); // the sum of all stood in their memory
            loss = sum.loss();
            weight = sum.weight();
        }
        workers.giveBack(worker);
        PartitionSum<Evaluation> evaluated =
                from.evaluates() && state.position().round() == algorithm.rounds()
                        ? evaluated(state, chunks)
                        : new PartitionSum<>(List.of(), 0);
        ends.keep(exchange.self(), from.number(), state.vectors());
        List<float[]> values = state.vectors().values();
        return new To(
                state.step(),
                state.position(),
                state.convergence(),
                values.stream().map(vector -> slice(vector, exchange)).toList(),
                before,
                digest(values),
                loss,
                weight,
                computed,
                exchange.nanos() - exchangedBefore,
                updated,
                evaluated,
                Kernels.description());
    }

    private static float[] slice(float[] vector, Exchange exchange) {
        long length = vector.length;
        return Arrays.copyOfRange(vector, (int) (length * exchange.self() / exchange.tasks()), (int)
                (length * (exchange.self() + 1) / exchange.tasks()));
    }

    private PartitionSum<Evaluation> evaluated(TrainingState state, List<Chunk> chunks) {
        ShardWork<float[], Evaluation> evaluator =
                Objects.requireNonNull(evaluators).borrow();
        PartitionSum<Evaluation> sums =
                PartitionSum.of(chunks.iterator(), evaluator, state.vectors().parameters());
        evaluators.giveBack(evaluator);
        return sums;
    }

    private static long digest(List<float[]> vectors) {
        CRC32C crc = new CRC32C();
        for (float[] vector : vectors) {
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * vector.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(vector);
            crc.update(bytes);
        }
        return crc.getValue();
    }
}
