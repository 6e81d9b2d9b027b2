package io.boathouse.featurestore.table;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What is computed over each window.
 *
 * @param name begins the feature's name: {@code <name>_<window>}
 * @param column the column of the source that is aggregated; empty for COUNT of rows
 */
public record Aggregate(String name, Function function, Optional<String> column) {

  /** The aggregate functions; nulls are left out, and a window without values gives null. */
  public enum Function {
    /** Rows, or values of the column that are not null. BIGINT. */
    COUNT,
    /** Sum of whole numbers. BIGINT. */
    SUM,
    /** Mean of whole numbers or share of a flag: an exact sum, divided once. DOUBLE. */
    AVG;

    static Function parse(String text) {
      String word = text.toUpperCase(Locale.ROOT);
      return Arrays.stream(values())
          .filter(function -> function.name().equals(word))
          .findFirst()
          .orElseThrow(
              () ->
                  FeatureTableErrors.invalid(
                      "aggregates.function", text, "one of " + Arrays.toString(values())));
    }
  }

  public Aggregate {
    if (function != Function.COUNT && column.isEmpty()) {
      throw FeatureTableErrors.invalid("aggregates.column", "", "a column for " + function);
    }
  }

  /** The feature that this aggregate gives for a window. */
  public String feature(Window window) {
    return name + "_" + window.label();
  }
}
