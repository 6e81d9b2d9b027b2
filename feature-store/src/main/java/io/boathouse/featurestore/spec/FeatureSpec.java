package io.boathouse.featurestore.spec;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * One version of a spec; a version never changes.
 *
 * @param version counts from 1 within the spec
 * @param outputs in the order in which a model gets them
 * @param hidden excluded columns that functions are computed from
 * @param inputs what a request row must carry: request columns, then lookup keys, then the
 *     timestamp key if a lookup has a tolerance or a function names it, each once
 */
public record FeatureSpec(
    Securable securable,
    int version,
    SpecDefinition definition,
    List<OutputColumn> outputs,
    List<OutputColumn> hidden,
    List<InputColumn> inputs,
    Instant createdAt,
    String createdBy) {
  public FeatureSpec {
    outputs = List.copyOf(outputs);
    hidden = List.copyOf(hidden);
    inputs = List.copyOf(inputs);
  }

  public FullName name() {
    return securable.name();
  }

  /** The outputs, then the hidden columns. */
  public List<OutputColumn> columns() {
    return Stream.concat(outputs.stream(), hidden.stream()).toList();
  }
}
