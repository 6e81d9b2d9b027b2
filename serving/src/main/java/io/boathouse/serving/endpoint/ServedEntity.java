package io.boathouse.serving.endpoint;

import io.boathouse.catalog.securable.FullName;
import java.util.Map;
import java.util.Optional;

/**
 * A model version that an endpoint serves, or a version of a feature spec.
 *
 * @param name what clients call it, unique in its endpoint
 * @param alias what the version was asked for by, if not by its number
 * @param settings sizing that clients of the service send; kept and shown, and but for
 *     scale_to_zero_enabled without effect here
 */
public record ServedEntity(
    String name,
    Kind kind,
    FullName model,
    int version,
    Optional<String> alias,
    Map<String, Object> settings) {
  public ServedEntity {
    settings = Map.copyOf(settings);
  }

  /** What answers. */
  public enum Kind {
    MODEL,
    FEATURE_SPEC
  }

  /** The same with another version. */
  ServedEntity withVersion(int other) {
    return new ServedEntity(name, kind, model, other, alias, settings);
  }
}
