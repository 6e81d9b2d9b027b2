package io.boathouse.featurestore.table;

import static io.boathouse.featurestore.table.FeatureTableErrors.invalid;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sliding window that ends at the row that it is computed for: {@code (t - length, t]}.
 *
 * @param label as written, such as {@code 3h}; ends the names of its features
 */
public record Window(String label, Duration length) {
  private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,5})([smhd])");

  /** Reads {@code 30s}, {@code 15m}, {@code 3h} or {@code 7d}. */
  public static Window parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw invalid("windows", text, "a number and one of s, m, h, d, such as 3h");
    }
    long number = Long.parseLong(matcher.group(1));
    Duration length =
        switch (matcher.group(2)) {
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          default -> Duration.ofDays(number);
        };
    return new Window(text, length);
  }

  long micros() {
    return Math.multiplyExact(length.toSeconds(), 1_000_000L);
  }
}
