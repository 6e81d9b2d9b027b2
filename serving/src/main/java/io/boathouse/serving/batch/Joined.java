package io.boathouse.serving.batch;

import io.boathouse.serving.runtime.ModelRuntime;
import io.boathouse.serving.runtime.Tensor;
import io.boathouse.serving.runtime.TensorSpec;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Puts the rows of several requests together, and takes the answers apart again. */
final class Joined {
  private Joined() {}

  /** The tensor of a model that keeps its requests from being joined. */
  static Optional<TensorSpec> obstacle(ModelRuntime runtime) {
    List<TensorSpec> all = new ArrayList<>(runtime.inputs());
    all.addAll(runtime.outputs());
    return all.stream()
        .filter(spec -> spec.shape().isEmpty() || spec.shape().getFirst() != -1)
        .findFirst();
  }

  /** How many rows a request has. @return empty if its tensors do not agree */
  static Optional<Integer> rows(List<Tensor> inputs) {
    if (inputs.isEmpty() || inputs.getFirst().shape().isEmpty()) {
      return Optional.empty();
    }
    long rows = inputs.getFirst().shape().getFirst();
    for (Tensor input : inputs) {
      if (input.shape().isEmpty() || input.shape().getFirst() != rows) {
        return Optional.empty();
      }
    }
    return Optional.of((int) rows);
  }

  /** Whether two requests differ in nothing but their rows. */
  static boolean alike(List<Tensor> left, List<Tensor> right) {
    for (int i = 0; i < left.size(); i++) {
      List<Long> a = left.get(i).shape();
      List<Long> b = right.get(i).shape();
      if (!a.subList(1, a.size()).equals(b.subList(1, b.size()))) {
        return false;
      }
    }
    return true;
  }

  /** One row of what a model takes. */
  static Tensor zeros(TensorSpec spec) {
    List<Long> shape =
        spec.shape().stream().map(size -> size < 0 ? Long.valueOf(1) : size).toList();
    int elements =
        Math.toIntExact(shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b));
    Object data =
        switch (spec.datatype()) {
          case FP32 -> new float[elements];
          case FP64 -> new double[elements];
          case INT8, INT16, INT32, INT64 -> new long[elements];
          case BOOL -> new boolean[elements];
          case BYTES -> Stream.generate(() -> "").limit(elements).toArray(String[]::new);
        };
    return new Tensor(spec.name(), spec.datatype(), shape, data);
  }

  static List<Tensor> inputs(List<List<Tensor>> requests) {
    List<Tensor> first = requests.getFirst();
    List<Tensor> joined = new ArrayList<>(first.size());
    for (int i = 0; i < first.size(); i++) {
      long rows = 0;
      int elements = 0;
      for (List<Tensor> request : requests) {
        rows += request.get(i).shape().getFirst();
        elements += request.get(i).elements();
      }
      Tensor model = first.get(i);
      Object data = Array.newInstance(model.data().getClass().getComponentType(), elements);
      int place = 0;
      for (List<Tensor> request : requests) {
        Tensor part = request.get(i);
        System.arraycopy(part.data(), 0, data, place, part.elements());
        place += part.elements();
      }
      joined.add(new Tensor(model.name(), model.datatype(), shape(model, rows), data));
    }
    return joined;
  }

  /**
   * The rows of one request.
   *
   * @param outputs of all
   * @param all how many rows they have
   * @return empty if an output does not have a row for each row of the inputs
   */
  static Optional<List<Tensor>> outputs(List<Tensor> outputs, int all, int from, int rows) {
    List<Tensor> own = new ArrayList<>(outputs.size());
    for (Tensor output : outputs) {
      if (output.shape().isEmpty() || output.shape().getFirst() != all) {
        return Optional.empty();
      }
      int width = all == 0 ? 0 : output.elements() / all;
      Object data = Array.newInstance(output.data().getClass().getComponentType(), rows * width);
      System.arraycopy(output.data(), from * width, data, 0, rows * width);
      own.add(new Tensor(output.name(), output.datatype(), shape(output, rows), data));
    }
    return Optional.of(own);
  }

  private static List<Long> shape(Tensor model, long rows) {
    List<Long> shape = new ArrayList<>(model.shape());
    shape.set(0, rows);
    return shape;
  }
}
