package dev.adjoint.bench;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.List;

/** PyTorch on the CPU, from Java through DJL: a step a batch, with as many threads as there are cores. */
final class PyTorchPeer {
    private PyTorchPeer() {}

    public static void main(String[] arguments) throws Exception {
        Workload workload = PeerProcess.task(arguments, Workload.class);
        System.setProperty("ai.djl.pytorch.num_threads", String.valueOf(workload.cores()));
        String arithmetic = "PyTorch %s, %d threads; DJL %s"
                .formatted(Engine.getInstance().getVersion(), workload.cores(), Engine.getDjlVersion());
        for (Batch batch : workload.batches()) {
            int size = Math.min(batch.size(), workload.rows());
            int steps = workload.rows() / size;
            workload.report(null, batch, steps * size, measure(workload, batch, size, steps), arithmetic);
        }
    }

    private static Windows measure(Workload workload, Batch batch, int size, int steps) {
        Net net = workload.net();
        Windows windows = workload.windows(batch);
        Loss loss = net.isRegression() ? Loss.l2Loss() : Loss.softmaxCrossEntropyLoss();
        Optimizer sgd = Optimizer.sgd()
                .setLearningRateTracker(Tracker.fixed((float) Workload.LEARNING_RATE))
                .optMomentum((float) Workload.MOMENTUM)
                .build();
        try (Model model = Model.newInstance("perceptron")) {
            model.setBlock(perceptron(net));
            try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(loss).optOptimizer(sgd))) {
                trainer.initialize(new Shape(size, net.inputs()));
                List<Minibatch> minibatches = minibatches(trainer.getManager(), net, size, steps);
                while (!windows.complete()) {
                    long start = System.nanoTime();
                    minibatches.forEach(minibatch -> step(trainer, minibatch));
                    windows.add((double) steps * size, (System.nanoTime() - start) / 1e9);
                }
            }
        }
        return windows;
    }

    private static SequentialBlock perceptron(Net net) {
        int[] layers = net.layers();
        SequentialBlock block = new SequentialBlock();
        for (int i = 1; i < layers.length; i++) {
            block.add(Linear.builder().setUnits(layers[i]).build());
            if (i < layers.length - 1) {
                block.add(Activation::relu);
            }
        }
        return block;
    }

    private record Minibatch(NDArray x, NDArray y) {}

    private static List<Minibatch> minibatches(NDManager manager, Net net, int size, int steps) {
        Shape targets = net.isRegression() ? new Shape(size, 1) : new Shape(size);
        List<Minibatch> minibatches = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            SyntheticExamples examples = SyntheticExamples.of(net.inputs(), net.outputs(), size, i);
            minibatches.add(new Minibatch(
                    manager.create(examples.features(), new Shape(size, net.inputs())),
                    manager.create(examples.targets(), targets)));
        }
        return minibatches;
    }

    private static void step(Trainer trainer, Minibatch minibatch) {
        // What a step computes goes to the manager of its input, and is freed with it.
        try (NDManager ofStep = trainer.getManager().newSubManager()) {
            ofStep.tempAttachAll(minibatch.x(), minibatch.y());
            try (GradientCollector tape = trainer.newGradientCollector()) {
                NDList outputs = trainer.forward(new NDList(minibatch.x()));
                tape.backward(trainer.getLoss().evaluate(new NDList(minibatch.y()), outputs));
            }
            trainer.step();
        }
    }
}
