package dev.adjoint.driver;

import dev.adjoint.data.ShardedData;
import dev.adjoint.model.Network;
import dev.adjoint.worker.Evaluation;
import dev.adjoint.worker.GradientSum;
import java.util.Optional;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Trains a network on packed examples: exact synchronous minibatch gradient descent with momentum.
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
        long batchSize = options.batchSize().of(data.examples());
        int steps = Math.toIntExact((data.examples() + batchSize - 1) / batchSize);
        MomentumSgd optimiser = new MomentumSgd(options.learningRate(), options.momentum());
        L2Penalty penalty = new L2Penalty(network, options.l2());

        try (Rounds rounds = opener.open(context, network, data, batchSize)) {
            for (int epoch = 1; epoch <= options.epochs(); epoch++) {
                EpochMeter meter = new EpochMeter(epoch, options.epochs(), steps);
                for (int r = 0; r < steps; r++) {
                    long last = Math.min(data.examples(), (r + 1) * batchSize);
                    Round round = new Round(options.seed(), epoch, r * batchSize, last, data.shardCount());
                    Rounds.Result result = rounds.gradient(state.parameters(), round);

                    GradientSum sum = result.sum();
                    double loss = sum.loss() / sum.weight();
                    float[] gradient = mean(sum);
                    penalty.addGradient(state.parameters(), gradient);
                    requireFinite(loss, gradient, state.step() + 1, epoch);
                    optimiser.step(state.parameters(), state.velocity(), gradient);

                    state = state.next();
                    listener.round(meter.round(state.step(), loss, sum.examples(), result.computeNanos()));
                }
                listener.epoch(meter.epoch(state.step(), evaluate(heldOut, state.parameters())));
            }
        } catch (Exception e) {
            throw aborted(e);
        }
        return new Result(state.parameters(), state.step());
    }

    private Optional<Evaluation> evaluate(Optional<ShardedData> heldOut, float[] parameters) {
        return heldOut.map(set -> Evaluate.evaluate(context, network, parameters, set));
    }

    /** The one division. */
    private static float[] mean(GradientSum sum) {
        float[] gradient = sum.gradient();
        float weight = (float) sum.weight();
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] /= weight;
        }
        return gradient;
    }

    private void requireFinite(double loss, float[] gradient, long step, int epoch) {
        // The bits of a float less its sign are in the order of its magnitude, infinity and NaN above all numbers; a
        // largest integer is found by vectors, a sum of squares is not.
        int largest = 0;
        for (float g : gradient) {
            largest = Math.max(largest, Float.floatToRawIntBits(g) & Integer.MAX_VALUE);
        }
        if (!Double.isFinite(loss) || !Float.isFinite(Float.intBitsToFloat(largest))) {
            String what = Double.isFinite(loss) ? "gradient" : "loss";
            throw new TrainingException(
                    "the %s is not a finite number at step %d (epoch %d): the training diverged; lower training.learning-rate (now %s)%s"
                            .formatted(
                                    what,
                                    step,
                                    epoch,
                                    options.learningRate(),
                                    options.momentum() > 0
                                            ? " or training.momentum (now " + options.momentum() + ")"
                                            : ""));
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
