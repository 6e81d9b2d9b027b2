package io.boathouse.training.neural;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import io.boathouse.training.trainer.NetworkFitter;
import java.util.ArrayList;
import java.util.List;

/** A fitted network in PyTorch's memory; used by one thread. */
final class DjlNetwork implements NetworkFitter.Network {
  private final Model model;
  private final SequentialBlock block;
  private final int width;

  DjlNetwork(Model model, SequentialBlock block, int width) {
    this.model = model;
    this.block = block;
    this.width = width;
  }

  @Override
  public List<NetworkFitter.Layer> layers() {
    List<NetworkFitter.Layer> layers = new ArrayList<>();
    for (Block child : block.getChildren().values()) {
      if (child instanceof Linear linear) {
        layers.add(layer(linear));
      }
    }
    return List.copyOf(layers);
  }

  /** PyTorch keeps a layer's weights as [outputs × inputs]. */
  private static NetworkFitter.Layer layer(Linear linear) {
    NDArray weight = linear.getParameters().get("weight").getArray();
    int outputs = Math.toIntExact(weight.getShape().get(0));
    int inputs = Math.toIntExact(weight.getShape().get(1));
    float[] kept = weight.toFloatArray();
    float[] weights = new float[kept.length];
    for (int output = 0; output < outputs; output++) {
      for (int input = 0; input < inputs; input++) {
        weights[input * outputs + output] = kept[output * inputs + input];
      }
    }
    float[] bias = linear.getParameters().get("bias").getArray().toFloatArray();
    return new NetworkFitter.Layer(inputs, outputs, weights, bias);
  }

  @Override
  public float[] logits(float[] rows, int count) {
    try (NDManager manager = model.getNDManager().newSubManager()) {
      NDArray data = manager.create(rows, new Shape(count, width));
      NDList logits = block.forward(new ParameterStore(manager, false), new NDList(data), false);
      return logits.singletonOrThrow().toFloatArray();
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
