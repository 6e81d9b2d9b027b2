package io.boathouse.featurestore.browse;

import java.util.Optional;

/**
 * What is said of a feature besides its column.
 *
 * @param unit such as {@code EUR} or {@code km/h}
 * @param least the smallest number that is expected
 * @param greatest the greatest number that is expected
 */
public record FeatureNote(
    Optional<String> unit, Optional<Double> least, Optional<Double> greatest) {
  private static final int MAX_UNIT = 64;

  /** Nothing is said. */
  public static final FeatureNote NONE =
      new FeatureNote(Optional.empty(), Optional.empty(), Optional.empty());

  public FeatureNote {
    unit.filter(text -> text.isBlank() || text.length() > MAX_UNIT)
        .ifPresent(
            text -> {
              throw BrowseErrors.invalid("unit", text, "1 to " + MAX_UNIT + " characters");
            });
    requireFinite("expected_range.min", least);
    requireFinite("expected_range.max", greatest);
    if (least.isPresent() && greatest.isPresent() && least.get() > greatest.get()) {
      throw BrowseErrors.invalid(
          "expected_range.min", least.get().toString(), "at most " + greatest.get());
    }
  }

  boolean hasRange() {
    return least.isPresent() || greatest.isPresent();
  }

  private static void requireFinite(String field, Optional<Double> number) {
    number
        .filter(value -> !Double.isFinite(value))
        .ifPresent(
            value -> {
              throw BrowseErrors.invalid(field, value.toString(), "a finite number");
            });
  }
}
