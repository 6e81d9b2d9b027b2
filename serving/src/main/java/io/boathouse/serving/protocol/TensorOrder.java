package io.boathouse.serving.protocol;

import io.boathouse.serving.runtime.Datatype;
import io.boathouse.serving.runtime.ModelRuntime;
import io.boathouse.serving.runtime.Tensor;
import io.boathouse.serving.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Fits the tensors of a request to a model's, whatever form they come in. */
record TensorOrder(String model, ModelRuntime runtime) {

  List<String> outputs() {
    return runtime.outputs().stream().map(TensorSpec::name).toList();
  }

  private List<String> inputs() {
    return runtime.inputs().stream().map(TensorSpec::name).toList();
  }

  void requireInput(String name) {
    if (!inputs().contains(name)) {
      throw ProtocolErrors.unknownTensor("input", name, inputs());
    }
  }

  void requireOutput(String name) {
    if (!outputs().contains(name)) {
      throw ProtocolErrors.unknownTensor("output", name, outputs());
    }
  }

  /**
   * What a request says of an input, once that fits the model.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the input
   */
  TensorSpec given(String name, String type, List<Long> shape) {
    requireInput(name);
    Datatype datatype =
        Datatype.find(type).orElseThrow(() -> ProtocolErrors.unknownDatatype(name, type));
    long elements = 1;
    for (long size : shape) {
      boolean fits = size >= 0 && size <= Integer.MAX_VALUE;
      elements = fits ? elements * size : Long.MAX_VALUE;
      if (elements > Integer.MAX_VALUE) {
        throw ProtocolErrors.unexpectedShape(name, model, shape.toString());
      }
    }
    if (!runtime.inputs().get(inputs().indexOf(name)).accepts(shape)) {
      throw ProtocolErrors.unexpectedShape(name, model, shape.toString());
    }
    return new TensorSpec(name, datatype, shape);
  }

  /** In the model's order, each exactly once. */
  List<Tensor> ordered(List<Tensor> given) {
    Map<String, Tensor> byName = new HashMap<>();
    for (Tensor tensor : given) {
      if (byName.put(tensor.name(), tensor) != null) {
        throw ProtocolErrors.unknownTensor("second input", tensor.name(), inputs());
      }
    }
    List<Tensor> ordered = new ArrayList<>();
    for (String name : inputs()) {
      Tensor tensor = byName.get(name);
      if (tensor == null) {
        throw ProtocolErrors.missingTensor(name, inputs());
      }
      ordered.add(tensor);
    }
    return ordered;
  }

  /** The outputs that are wanted, in the order in which they are. */
  List<Tensor> chosen(List<Tensor> scored, Collection<String> wanted) {
    Map<String, Tensor> byName = new HashMap<>();
    scored.forEach(output -> byName.put(output.name(), output));
    List<Tensor> chosen = new ArrayList<>();
    for (String name : wanted) {
      Tensor output = byName.get(name);
      if (output != null) {
        chosen.add(output);
      }
    }
    return chosen;
  }
}
