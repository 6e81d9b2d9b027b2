package io.boathouse.serving.capture;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A row of an inference table: all that is needed to explain a prediction and to make it again.
 *
 * @param features the vectors that the model saw, as JSON with {@code columns} and {@code data}
 * @param errors codes of what could not be kept
 */
public record CapturedPrediction(
    String predictionId,
    Optional<String> clientRequestId,
    Instant time,
    int status,
    long durationMillis,
    String request,
    String response,
    Origin origin,
    String requester,
    Optional<String> features,
    List<String> errors) {
  public CapturedPrediction {
    errors = List.copyOf(errors);
  }

  /**
   * What answered.
   *
   * @param featureSpec name and version, as {@code catalog.schema.spec/3}
   */
  public record Origin(
      String endpoint,
      int configVersion,
      String entityId,
      String model,
      int modelVersion,
      Optional<String> runId,
      Optional<String> featureSpec) {}

  /** The same with other texts. */
  CapturedPrediction with(
      String otherRequest,
      String otherResponse,
      Optional<String> otherFeatures,
      List<String> otherErrors) {
    return new CapturedPrediction(
        predictionId,
        clientRequestId,
        time,
        status,
        durationMillis,
        otherRequest,
        otherResponse,
        origin,
        requester,
        otherFeatures,
        otherErrors);
  }

  /** About how much memory it takes while it waits. */
  long weight() {
    return 512L
        + 2L * (request.length() + response.length() + features.map(String::length).orElse(0));
  }
}
