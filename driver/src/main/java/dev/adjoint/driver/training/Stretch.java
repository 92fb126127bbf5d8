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
import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.ShardWork;
import dev.adjoint.worker.Sweep;
import dev.adjoint.worker.Vectors;
import dev.adjoint.worker.WeightedSum;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Some rounds of an epoch, one after the other, without the driver: each task computes what its shards come to, exchanges it for
 * the sum over all, and makes the step. So all tasks have the same parameters after every round, which are those that the driver
 * would have made.
 */
record Stretch(Algorithm algorithm, Workers<Begin, WeightedSum> workers)
        implements ResidentWork<Stretch.From, Stretch.To> {
    /**
     * Where a stretch begins.
     *
     * @param rounds how many it has at most
     * @param tellsBefore whether the parameters before the last of them are asked for
     */
    record From(
            long step,
            Position position,
            Learning learning,
            Convergence convergence,
            Vectors vectors,
            int rounds,
            boolean tellsBefore)
            implements Serializable {
        static From of(TrainingState state, int rounds, boolean tellsBefore) {
            return new From(
                    state.step(),
                    state.position(),
                    state.learning(),
                    state.convergence(),
                    state.vectors(),
                    rounds,
                    tellsBefore);
        }

        /** With vectors of its own: in local mode the tasks of a stage see the very arrays. */
        private TrainingState state() {
            return new TrainingState(
                    step, position, learning, convergence, Optional.empty(), Optional.empty(), vectors.copy());
        }
    }

    /**
     * Where it ended, as one task has it.
     *
     * @param vectors from the first task, empty from the others
     * @param before the parameters before the last round, where they are asked for
     * @param digest of all vectors: that of every task
     * @param loss of the last round, whose examples have so much {@code weight}
     * @param computeNanos that the task's shards took
     * @param exchangeNanos that sums took, waiting for others included
     * @param updateNanos that steps took
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
            String numerics)
            implements Serializable {
        /** The driver's state after the stretch. */
        TrainingState after(TrainingState before) {
            return new TrainingState(
                    step,
                    position,
                    before.learning(),
                    convergence,
                    before.best(),
                    before.search(),
                    new Vectors(before.vectors().names(), vectors));
        }
    }

    @Override
    public To run(From from, List<Chunk> chunks, Exchange exchange) {
        TrainingState state = from.state();
        ShardWork<Begin, WeightedSum> worker = workers.borrow();
        int last = from.position().round() + from.rounds();
        boolean tells = exchange.self() == 0 && from.tellsBefore();
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
            own.nodes().forEach(node -> worker.recycle(node.sum()));
            if (tells && number == last) {
                before = List.of(state.vectors().parameters().clone());
            }
            long start = System.nanoTime();
            try {
                state = algorithm.update(state, number, sum, Sweep.WHOLE);
            } catch (Algorithm.NotFiniteException e) {
                break; // before it: the driver makes this round by itself, and finds out why
            }
            updated += System.nanoTime() - start;
            loss = sum.loss();
            weight = sum.weight();
        }
        workers.giveBack(worker);
        List<float[]> vectors = state.vectors().values();
        return new To(
                state.step(),
                state.position(),
                state.convergence(),
                exchange.self() == 0 ? vectors : List.of(),
                before,
                digest(vectors),
                loss,
                weight,
                computed,
                exchange.nanos(),
                updated,
                Kernels.description());
    }

    private static long digest(List<float[]> vectors) {
        CRC32C crc = new CRC32C();
        for (float[] vector : vectors) {
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * vector.length);
            bytes.asFloatBuffer().put(vector);
            crc.update(bytes);
        }
        return crc.getValue();
    }
}
