package io.boathouse.training.trainer;

import java.util.List;

/**
 * Fits the weights of a feed-forward network whose hidden layers are followed by max(0, x) and
 * whose one output is a logit. The engine behind it is no part of the house; see the optional
 * module. {@link #fit} burns CPU; the same task gives the same weights.
 */
public interface NetworkFitter {
  /** Fits; the caller closes what comes out. */
  Network fit(Task task);

  /**
   * What to learn.
   *
   * @param values {@code [rows × features]} row by row, standardised, none missing; shared
   * @param labels 0 or 1 each; shared
   * @param hidden how wide the hidden layers are, the first first
   * @param progress hears of every epoch
   */
  record Task(
      float[] values,
      float[] labels,
      List<Integer> hidden,
      Schedule schedule,
      long seed,
      Progress progress) {
    public Task {
      hidden = List.copyOf(hidden);
    }

    public int width() {
      return values.length / labels.length;
    }
  }

  /**
   * How to go about it: Adam with decoupled weight decay.
   *
   * @param batch rows to a gradient step
   */
  record Schedule(int epochs, int batch, double learningRate, double weightDecay) {}

  /** A network with the engine that fitted it. */
  interface Network extends AutoCloseable {
    /** From the inputs to the logit. */
    List<Layer> layers();

    /** What the engine itself answers for standardised rows. */
    float[] logits(float[] rows, int count);

    @Override
    void close();
  }

  /**
   * One layer: outputs = inputs × weights + bias. The arrays are shared.
   *
   * @param weights {@code [inputs × outputs]} row by row
   */
  record Layer(int inputs, int outputs, float[] weights, float[] bias) {
    public Layer {
      if (weights.length != inputs * outputs || bias.length != outputs) {
        throw new IllegalArgumentException(
            "weights, bias: %d, %d (expected: %d, %d)"
                .formatted(weights.length, bias.length, inputs * outputs, outputs));
      }
    }
  }
}
