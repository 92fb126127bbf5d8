package dev.adjoint.driver;

import dev.adjoint.data.ShardedData;
import dev.adjoint.model.Network;
import dev.adjoint.worker.Evaluation;
import dev.adjoint.worker.WeightedSum;
import dev.adjoint.worker.Work;
import java.util.Optional;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Trains a network on packed examples: minibatch gradient descent with momentum, in rounds of all shards.
 *
 * <p>The result is a function of the data, the network and the options; the bits do not depend on the cluster.
 */
public final class Trainer {
    private final JavaSparkContext context;
    private final Network network;
    private final TrainingOptions options;
    private final Rounds.Opener opener;

    public Trainer(JavaSparkContext context, Network network, TrainingOptions options) {
        this(context, network, options, Rounds::open);
    }

    Trainer(JavaSparkContext context, Network network, TrainingOptions options, Rounds.Opener opener) {
        this.context = context;
        this.network = network;
        this.options = options;
        this.opener = opener;
    }

    /**
     * A trainer whose every step is a Spark job, in local mode too, where threads of this JVM would compute it faster. It
     * measures what the rounds of a cluster cost, without a cluster. The bits are those of any other trainer.
     */
    public static Trainer withJobPerRound(JavaSparkContext context, Network network, TrainingOptions options) {
        return new Trainer(context, network, options, ClusterRounds::new);
    }

    /**
     * The same with a reduction of the caller's choice, to measure from which size on which one is the faster.
     *
     * @param sliced whether executors add slices of the tasks' sums, or else the driver all of them
     */
    public static Trainer withJobPerRound(
            JavaSparkContext context, Network network, TrainingOptions options, boolean sliced) {
        return new Trainer(context, network, options, (spark, work, data) -> {
            Reduction reduction =
                    sliced ? new Sliced(work.length(), data.chunks().getNumPartitions()) : new Reduction.Collected();
            return new ClusterRounds(spark, work, data, reduction);
        });
    }

    /** The parameters after the last step. */
    public record Result(float[] parameters, long steps) {}

    /**
     * Runs all epochs.
     *
     * @param heldOut evaluated after every epoch
     * @throws TrainingException when the loss or the gradient stops being a number, or Spark gives up
     */
    public Result train(ShardedData data, Optional<ShardedData> heldOut, TrainingListener listener) {
        return train(TrainingState.initial(network, options.seed()), data, heldOut, listener);
    }

    Result train(TrainingState initial, ShardedData data, Optional<ShardedData> heldOut, TrainingListener listener) {
        TrainingState state = initial;
        Algorithm algorithm = algorithm(data);
        try (Rounds rounds = opener.open(context, algorithm.work(), data)) {
            for (int epoch = 1; epoch <= options.epochs(); epoch++) {
                EpochMeter meter = new EpochMeter(epoch, options.epochs(), algorithm.rounds());
                for (int r = 1; r <= algorithm.rounds(); r++) {
                    Rounds.Result result = rounds.run(algorithm.snapshot(state), algorithm.round(epoch, r));
                    WeightedSum sum = result.sum();
                    double loss = sum.loss() / sum.weight();
                    long reduced = System.nanoTime();
                    state = next(algorithm, state, epoch, r, sum);
                    Phases phases = result.phases().withUpdate(System.nanoTime() - reduced);
                    listener.round(meter.round(state.step(), loss, sum.examples(), phases));
                }
                listener.epoch(meter.epoch(state.step(), evaluate(heldOut, state.parameters())));
            }
        } catch (Exception e) {
            throw aborted(e);
        }
        return new Result(state.parameters(), state.step());
    }

    /**
     * Times rounds in which everything moves as it does in a training on {@code data}, and nothing is computed: what a
     * round costs at least.
     *
     * @return nanoseconds of each
     */
    public long[] emptyRounds(ShardedData data, int count) {
        Algorithm algorithm = algorithm(data);
        TrainingState state = TrainingState.initial(network, options.seed());
        long[] nanos = new long[count];
        try (Rounds rounds =
                opener.open(context, new Work.Nothing(algorithm.work().length()), data)) {
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                rounds.run(algorithm.snapshot(state), algorithm.round(1, 1));
                nanos[i] = System.nanoTime() - start;
            }
        } catch (Exception e) {
            throw aborted(e);
        }
        return nanos;
    }

    private Algorithm algorithm(ShardedData data) {
        return Algorithm.of(network, options, data.examples(), data.shardCount(), data.entriesOfRow());
    }

    private Optional<Evaluation> evaluate(Optional<ShardedData> heldOut, float[] parameters) {
        return heldOut.map(set -> Evaluate.evaluate(context, network, parameters, set));
    }

    private TrainingState next(Algorithm algorithm, TrainingState state, int epoch, int round, WeightedSum sum) {
        try {
            return algorithm.next(state, round, sum);
        } catch (Algorithm.NotFiniteException e) {
            throw new TrainingException(
                    "the %s is not a finite number at step %d (epoch %d): the training diverged; lower training.learning-rate (now %s)%s"
                            .formatted(
                                    e.getMessage(),
                                    state.step() + 1,
                                    epoch,
                                    options.learningRate(),
                                    options.momentum() > 0
                                            ? " or training.momentum (now " + options.momentum() + ")"
                                            : ""),
                    e);
        }
    }

    private static TrainingException aborted(Exception e) {
        if (e instanceof TrainingException training) {
            return training;
        }
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return new TrainingException("the training was interrupted", e);
        }
        if (e instanceof SparkException) {
            String message = e.getMessage() == null ? e.toString() : e.getMessage();
            return new TrainingException(
                    "Spark gave up: " + message.lines().findFirst().orElse(""), e);
        }
        return new TrainingException("the training failed: " + e, e);
    }
}
