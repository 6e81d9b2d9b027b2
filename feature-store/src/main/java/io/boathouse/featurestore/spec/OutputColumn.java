package io.boathouse.featurestore.spec;

import io.boathouse.featurestore.online.ValueType;
import java.util.Optional;

/** A column that a spec gives, and where it comes from. */
public record OutputColumn(String name, ValueType type, Source source) {

  /** Where a column comes from. */
  public sealed interface Source {
    /** The request column of the same name. */
    record Request() implements Source {}

    /**
     * A feature.
     *
     * @param lookup position of the lookup in the definition
     * @param feature its name in the feature table
     * @param defaultValue in the column's type
     */
    record Looked(int lookup, String feature, Optional<Object> defaultValue) implements Source {}

    /** The function of the same name. */
    record Computed() implements Source {}
  }
}
