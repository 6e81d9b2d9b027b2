package io.boathouse.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A small model that a run has logged: {@code probability = 2 a + 3 b + 1}.
 *
 * @param http calls as who logged it
 * @param runId the run
 * @param source where its files lie
 */
public record OnnxModel(Http http, String runId, String source) {
  private static final String MLMODEL =
      """
      flavors:
        onnx:
          onnx_version: 1.12.0
          data: model.onnx
      signature:
        inputs: '[{"type":"double","name":"a"},{"type":"double","name":"b"}]'
        outputs: '[{"type":"double","name":"probability"}]'
      """;

  /** Logs it in a run of a new experiment of this name. */
  public static OnnxModel logged(Http http, String experiment) {
    String id =
        Http.json(
                http.post(
                    "/api/2.0/mlflow/experiments/create", "{\"name\":\"" + experiment + "\"}"))
            .path("experiment_id")
            .textValue();
    String run =
        Http.json(http.post("/api/2.0/mlflow/runs/create", "{\"experiment_id\":\"" + id + "\"}"))
            .at("/run/info/run_id")
            .textValue();
    String folder = id + "/" + run + "/artifacts/model";
    upload(http, folder + "/MLmodel", MLMODEL.getBytes(StandardCharsets.UTF_8));
    upload(http, folder + "/model.onnx", bytes());
    return new OnnxModel(http, run, "mlflow-artifacts:/" + folder);
  }

  private static void upload(Http http, String path, byte[] bytes) {
    var unused = Http.json(http.put("/api/2.0/mlflow-artifacts/artifacts/" + path, bytes));
  }

  private static byte[] bytes() {
    try (var stream = OnnxModel.class.getResourceAsStream("/models/linear.onnx")) {
      if (stream == null) {
        throw new IllegalStateException("resource: models/linear.onnx (expected: exists)");
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Registers it as the next version of a model, which is made if it is not there. */
  public void register(String name) {
    var unused =
        http.post("/api/2.0/mlflow/registered-models/create", "{\"name\":\"" + name + "\"}");
    var unusedAlso =
        Http.json(
            http.post(
                "/api/2.0/mlflow/model-versions/create",
                """
                {"name": "%s", "source": "%s", "run_id": "%s"}
                """
                    .formatted(name, source, runId)));
  }
}
