package io.boathouse.training.neural;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.boathouse.training.trainer.NetworkFitter;
import java.util.Random;

/**
 * Fits networks with DJL on PyTorch, on one thread, so that the order of its sums is the same every
 * time. Rows are shuffled and weights begin by a generator of our own, as He et al. (2015) scale
 * them.
 */
public final class DjlNetworkFitter implements NetworkFitter {
  static {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("ai.djl.pytorch.num_threads", "1");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
  }

  @Override
  public Network fit(Task task) {
    Engine engine = Engine.getEngine("PyTorch");
    Model model = Model.newInstance("perceptron", engine.getEngineName());
    try {
      SequentialBlock block = new SequentialBlock();
      for (int width : task.hidden()) {
        block.add(Linear.builder().setUnits(width).build()).add(Activation::relu);
      }
      block.add(Linear.builder().setUnits(1).build());
      model.setBlock(block);
      train(model, task);
      return new DjlNetwork(model, block, task.width());
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static void train(Model model, Task task) {
    Random random = new Random(task.seed());
    var config =
        new DefaultTrainingConfig(Loss.sigmoidBinaryCrossEntropyLoss())
            .optOptimizer(
                Optimizer.adamW()
                    .optLearningRateTracker(Tracker.fixed((float) task.schedule().learningRate()))
                    .optWeightDecays((float) task.schedule().weightDecay())
                    .build())
            .optInitializer(new HeInitializer(random), parameter -> true);
    try (Trainer trainer = model.newTrainer(config)) {
      trainer.initialize(new Shape(task.schedule().batch(), task.width()));
      int[] order = new int[task.labels().length];
      for (int row = 0; row < order.length; row++) {
        order[row] = row;
      }
      for (int epoch = 0; epoch < task.schedule().epochs(); epoch++) {
        shuffle(order, random);
        for (int from = 0; from < order.length; from += task.schedule().batch()) {
          step(trainer, task, order, from);
        }
        task.progress().report("train", epoch + 1, task.schedule().epochs());
      }
    }
  }

  /** One gradient step on the rows from a place of the order on. */
  private static void step(Trainer trainer, Task task, int[] order, int from) {
    int rows = Math.min(task.schedule().batch(), order.length - from);
    int width = task.width();
    float[] values = new float[rows * width];
    float[] labels = new float[rows];
    for (int row = 0; row < rows; row++) {
      int source = order[from + row];
      System.arraycopy(task.values(), source * width, values, row * width, width);
      labels[row] = task.labels()[source];
    }
    try (NDManager manager = trainer.getManager().newSubManager()) {
      NDArray data = manager.create(values, new Shape(rows, width));
      NDArray wanted = manager.create(labels, new Shape(rows, 1));
      try (GradientCollector gradients = trainer.newGradientCollector()) {
        NDList logits = trainer.forward(new NDList(data));
        gradients.backward(trainer.getLoss().evaluate(new NDList(wanted), logits));
      }
      trainer.step();
    }
  }

  /** Fisher and Yates' shuffle. */
  private static void shuffle(int[] order, Random random) {
    for (int place = order.length - 1; place > 0; place--) {
      int other = random.nextInt(place + 1);
      int kept = order[place];
      order[place] = order[other];
      order[other] = kept;
    }
  }

  /** Weights scaled to the inputs of their layer, biases of zero. */
  private record HeInitializer(Random random) implements Initializer {
    @Override
    public NDArray initialize(NDManager manager, Shape shape, DataType type) {
      float[] values = new float[Math.toIntExact(shape.size())];
      if (shape.dimension() == 2) {
        double scale = Math.sqrt(2.0 / shape.get(1));
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (scale * random.nextGaussian());
        }
      }
      return manager.create(values, shape);
    }
  }
}
