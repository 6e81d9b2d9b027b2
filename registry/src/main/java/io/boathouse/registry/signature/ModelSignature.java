package io.boathouse.registry.signature;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * What a model takes and gives.
 *
 * @param parameters named settings that a request may carry besides the inputs
 */
public record ModelSignature(
    Optional<ModelSchema> inputs, Optional<ModelSchema> outputs, List<Parameter> parameters) {
  public ModelSignature {
    parameters = List.copyOf(parameters);
  }

  /** One parameter. @param list whether it is a list of its type */
  public record Parameter(String name, ValueType type, JsonNode defaultValue, boolean list) {}
}
