package io.boathouse.registry.signature;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an MLmodel file says, as far as the server needs it; the file itself is kept byte for byte.
 *
 * @param flavors the libraries that can run the model, with their settings
 * @param inputExample the path of an example of the inputs, inside the model's folder
 * @param featureSpec the name of the feature spec by which serving completes requests
 */
public record MlModel(
    Map<String, JsonNode> flavors,
    Optional<ModelSignature> signature,
    Optional<String> inputExample,
    Optional<String> featureSpec,
    Optional<String> runId,
    Optional<String> modelId) {
  /** The name of the file in the model's folder. */
  public static final String FILE = "MLmodel";

  public MlModel {
    flavors = Map.copyOf(flavors);
  }

  /** The names of the flavors, sorted. */
  public List<String> flavorNames() {
    return flavors.keySet().stream().sorted().toList();
  }
}
