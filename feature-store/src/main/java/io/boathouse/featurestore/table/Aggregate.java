package io.boathouse.featurestore.table;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What is computed over each window.
 *
 * @param name begins the feature's name: {@code <name>_<window>}
 * @param column the column of the source that is aggregated; empty for COUNT of rows
 * @param percent of PERCENTILE, 0 to 100
 */
public record Aggregate(
    String name, Function function, Optional<String> column, Optional<Integer> percent) {

  /** The aggregate functions; nulls are left out, and a window without values gives null. */
  public enum Function {
    /** Rows, or values of the column that are not null. BIGINT. */
    COUNT,
    /** Sum of whole numbers. BIGINT. */
    SUM,
    /** Mean of whole numbers or share of a flag: an exact sum, divided once. DOUBLE. */
    AVG,
    /** The smallest value, in the column's type. */
    MIN,
    /** The greatest value, in the column's type. */
    MAX,
    /** The value of the newest row that has one; of those at one time the greatest. */
    LAST,
    /** How many values differ. BIGINT. */
    DISTINCT,
    /** The smallest value that the given percentage of values do not exceed (nearest rank). */
    PERCENTILE;

    /** Whether a difference of two running sums gives it. */
    boolean summed() {
      return switch (this) {
        case COUNT, SUM, AVG -> true;
        case MIN, MAX, LAST, DISTINCT, PERCENTILE -> false;
      };
    }

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
    boolean valid =
        function == Function.PERCENTILE
            ? percent.filter(p -> p >= 0 && p <= 100).isPresent()
            : percent.isEmpty();
    if (!valid) {
      throw FeatureTableErrors.invalid(
          "aggregates.percent",
          percent.map(String::valueOf).orElse(""),
          "0 to 100 for PERCENTILE, none for others");
    }
  }

  /** Any but PERCENTILE. */
  public Aggregate(String name, Function function, Optional<String> column) {
    this(name, function, column, Optional.empty());
  }

  /** The feature that this aggregate gives for a window. */
  public String feature(Window window) {
    return name + "_" + window.label();
  }

  /** The aggregate in words, such as {@code sum of fare}. */
  String words() {
    return function.name().toLowerCase(Locale.ROOT)
        + percent.map(p -> " " + p).orElse("")
        + column.map(c -> " of " + c).orElse(" of rows");
  }
}
