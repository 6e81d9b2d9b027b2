package io.boathouse.serving.inference;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.runtime.Datatype;
import io.boathouse.serving.runtime.ModelRuntime;
import io.boathouse.serving.runtime.Tensor;
import io.boathouse.serving.runtime.TensorSpec;
import java.util.List;

/** Makes a prediction again of what the inference table kept of it. Burns CPU; never waits. */
public final class Replay {
  private final ModelRuntime runtime;
  private final ModelInputs inputs;

  /**
   * @param inputs of the model alone, without a feature spec
   */
  public Replay(ModelRuntime runtime, ModelInputs inputs) {
    this.runtime = runtime;
    this.inputs = inputs;
  }

  /** The reply to a request that brought everything. */
  public JsonNode ofRequest(JsonNode request) {
    Prepared prepared = inputs.prepare(InvocationBody.parse(Json.write(request)));
    List<Tensor> outputs = runtime.infer(prepared.inputs());
    return Json.parse(prepared.wording().word(outputs).reply().bytes());
  }

  /**
   * The reply to the vectors that the model saw, whatever their features are now.
   *
   * @param features with {@code columns} and {@code data}, a null being NaN
   * @param params of the request; missing for none
   */
  public JsonNode ofFeatures(JsonNode features, JsonNode params) {
    int rows = features.path("data").size();
    int width = features.path("columns").size();
    float[] values = new float[rows * width];
    for (int i = 0; i < values.length; i++) {
      JsonNode cell = features.path("data").path(i / width).path(i % width);
      values[i] = cell.isNumber() ? Float.parseFloat(cell.asText()) : Float.NaN;
    }
    Tensor matrix = matrix(inputs.matrix(), values, rows, width);
    return Json.parse(
        PredictionReply.of(runtime.infer(inputs.complete(matrix, params, rows)), rows));
  }

  private static Tensor matrix(TensorSpec spec, float[] values, int rows, int width) {
    if (spec.datatype() == Datatype.FP32) {
      return Tensor.matrix(spec.name(), values, rows, width);
    }
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return new Tensor(spec.name(), Datatype.FP64, List.of((long) rows, (long) width), wide);
  }
}
