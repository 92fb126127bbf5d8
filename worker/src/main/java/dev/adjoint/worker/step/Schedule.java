package dev.adjoint.worker.step;

import java.io.Serializable;

/**
 * The learning rate as a function of the step alone, from 0: whoever knows the step knows the rate, so nothing is sent when it
 * changes, and a resumed training has nothing of it to restore.
 *
 * @param shape what it is multiplied by, from step to step
 * @param rate where the shape is 1
 * @param warmUp so many steps in which it rises to that, in equal parts, before the shape begins
 * @param length the steps of the training
 */
public record Schedule(Shape shape, double rate, long warmUp, Length length) implements Serializable {
    /**
     * The length of a training.
     *
     * @param steps of all its epochs
     * @param stepsOfEpoch how many steps an epoch has
     */
    public record Length(long steps, int stepsOfEpoch) implements Serializable {}

    /** The same rate at every step. */
    public static Schedule constant(double rate) {
        return new Schedule(new Constant(), rate, 0, new Length(1, 1));
    }

    /** The learning rate of a step, counted from 0 over all epochs. */
    public double rate(long step) {
        if (step < warmUp) {
            return rate * (step + 1) / warmUp;
        }
        long steps = Math.max(1, length.steps() - warmUp);
        // From the middle of a step, so that no shape begins or ends with a rate of 0.
        double done = Math.min(1, (step - warmUp + 0.5) / steps);
        return rate * shape.factor(done, Math.toIntExact(step / length.stepsOfEpoch()));
    }

    /** The course of a rate. */
    public interface Shape extends Serializable {
        /**
         * What the rate is multiplied by.
         *
         * @param done the share of the training's steps that are done, more than 0 and at most 1
         * @param epochs how many epochs are
         */
        double factor(double done, int epochs);

        /** Whether it depends on how long the training is. */
        default boolean followsLength() {
            return true;
        }
    }

    /** The same rate throughout. */
    public record Constant() implements Shape {
        @Override
        public double factor(double done, int epochs) {
            return 1;
        }

        @Override
        public boolean followsLength() {
            return false;
        }
    }

    /** Multiplied by {@code factor} after every so many epochs. */
    public record Steps(double factor, int every) implements Shape {
        /**
         * Checks the options.
         *
         * @throws IllegalArgumentException when one is out of its range
         */
        public Steps {
            requireFactor(factor);
            if (every < 1) {
                throw new IllegalArgumentException("every: expected 1 epoch or more, not " + every);
            }
        }

        @Override
        public double factor(double done, int epochs) {
            int times = epochs / every;
            return StrictMath.pow(factor, times);
        }

        @Override
        public boolean followsLength() {
            return false;
        }
    }

    /**
     * Multiplied by {@code factor} after {@code patience} epochs without a better loss. What the losses were is no function of the
     * step: the training keeps the factor that they have led to, beside this one.
     */
    public record Plateau(double factor, int patience) implements Shape {
        /**
         * Checks the options.
         *
         * @throws IllegalArgumentException when one is out of its range
         */
        public Plateau {
            requireFactor(factor);
            if (patience < 1) {
                throw new IllegalArgumentException("patience: expected 1 epoch or more, not " + patience);
            }
        }

        @Override
        public double factor(double done, int epochs) {
            return 1;
        }

        @Override
        public boolean followsLength() {
            return false;
        }
    }

    /** Multiplied by {@code factor} after every epoch. */
    public record Exponential(double factor) implements Shape {
        /**
         * Checks the option.
         *
         * @throws IllegalArgumentException when it is out of its range
         */
        public Exponential {
            requireFactor(factor);
        }

        @Override
        public double factor(double done, int epochs) {
            return StrictMath.pow(factor, epochs);
        }

        @Override
        public boolean followsLength() {
            return false;
        }
    }

    /** To the share {@code end} of it: {@code end + (1 - end) (1 - t)^power}, of which a power of 1 is a line. */
    public record Polynomial(double power, double end) implements Shape {
        /**
         * Checks the options.
         *
         * @throws IllegalArgumentException when one is out of its range
         */
        public Polynomial {
            Optimiser.requirePositive("power", power);
            Optimiser.requireShare("end", end);
        }

        @Override
        public double factor(double done, int epochs) {
            return end + (1 - end) * StrictMath.pow(1 - done, power);
        }
    }

    /** To the share {@code end} of it along half a cosine (Loshchilov and Hutter 2017). */
    public record Cosine(double end) implements Shape {
        /**
         * Checks the option.
         *
         * @throws IllegalArgumentException when it is out of its range
         */
        public Cosine {
            Optimiser.requireShare("end", end);
        }

        @Override
        public double factor(double done, int epochs) {
            return end + (1 - end) * halfCosine(done);
        }
    }

    /**
     * One cycle (Smith and Topin 2019): from the share {@code start} of the rate up to it in the share {@code rise} of the
     * steps, then down to the share {@code end}, along half a cosine each.
     */
    public record OneCycle(double rise, double start, double end) implements Shape {
        /**
         * Checks the options.
         *
         * @throws IllegalArgumentException when one is out of its range
         */
        public OneCycle {
            Optimiser.requirePositive("rise", rise);
            Optimiser.requireShare("rise", rise);
            Optimiser.requireShare("start", start);
            Optimiser.requireShare("end", end);
        }

        @Override
        public double factor(double done, int epochs) {
            return done < rise
                    ? 1 - (1 - start) * halfCosine(done / rise)
                    : end + (1 - end) * halfCosine((done - rise) / (1 - rise));
        }
    }

    /**
     * Cosines in logarithmic time, of RealMLP (Holzmueller et al. 2024): {@code (1 - cos(2 pi log2(1 + (2^cycles - 1) t))) / 2},
     * each cycle twice as long as the one before.
     */
    public record LogCosine(int cycles) implements Shape {
        /**
         * Checks the option.
         *
         * @throws IllegalArgumentException when it is out of its range
         */
        public LogCosine {
            if (cycles < 1 || cycles > 16) {
                throw new IllegalArgumentException("cycles: expected 1 to 16, not " + cycles);
            }
        }

        @Override
        public double factor(double done, int epochs) {
            double time = StrictMath.log1p(((1 << cycles) - 1) * done) / StrictMath.log(2);
            return (1 - StrictMath.cos(2 * Math.PI * time)) / 2;
        }
    }

    /** 1 at 0, 0 at 1. */
    private static double halfCosine(double t) {
        return (1 + StrictMath.cos(Math.PI * t)) / 2;
    }

    private static void requireFactor(double factor) {
        if (!(factor > 0 && factor <= 1)) {
            throw new IllegalArgumentException("factor: expected more than 0 and at most 1, not " + factor);
        }
    }
}
