package io.boathouse.featurestore.spec;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import java.time.Instant;
import java.util.List;

/**
 * One version of a spec; a version never changes.
 *
 * @param version counts from 1 within the spec
 * @param outputs in the order in which a model gets them
 * @param inputs what a request row must carry: request columns, then lookup keys, then the
 *     timestamp key if a lookup has a tolerance, each once
 */
public record FeatureSpec(
    Securable securable,
    int version,
    SpecDefinition definition,
    List<OutputColumn> outputs,
    List<InputColumn> inputs,
    Instant createdAt,
    String createdBy) {
  public FeatureSpec {
    outputs = List.copyOf(outputs);
    inputs = List.copyOf(inputs);
  }

  public FullName name() {
    return securable.name();
  }
}
