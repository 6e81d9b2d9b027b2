package io.boathouse.featurestore.table;

import static io.boathouse.featurestore.table.FeatureTableErrors.invalid;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The stretch of time up to and including a row's, over which its features are computed.
 *
 * @param label as written, such as {@code 3h}; ends the names of its features
 * @param length zero for all time
 */
public record Window(String label, Kind kind, Duration length) {
  private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,5})([smhd])(_tumbling)?");
  private static final Window LIFETIME = new Window("lifetime", Kind.LIFETIME, Duration.ZERO);

  /** Where a window begins; all end at the row. */
  public enum Kind {
    /** {@code (t - length, t]}. */
    SLIDING,
    /** From the last multiple of the length since the epoch in UTC, inclusive. */
    TUMBLING,
    /** With the first row of the key. */
    LIFETIME
  }

  /**
   * Reads {@code 30s}, {@code 15m}, {@code 3h}, {@code 7d}, {@code 1d_tumbling}, {@code lifetime}.
   */
  public static Window parse(String text) {
    if (text.equals(LIFETIME.label())) {
      return LIFETIME;
    }
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw invalid(
          "windows",
          text,
          "a number and one of s, m, h, d, such as 3h; the same and _tumbling; or lifetime");
    }
    long number = Long.parseLong(matcher.group(1));
    Duration length =
        switch (matcher.group(2)) {
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          default -> Duration.ofDays(number);
        };
    return new Window(text, matcher.group(3) == null ? Kind.SLIDING : Kind.TUMBLING, length);
  }

  long micros() {
    return Math.multiplyExact(length.toSeconds(), 1_000_000L);
  }

  /** The window in words, such as {@code 3h up to and including the row's time}. */
  String words() {
    String end = " up to and including the row's time";
    return switch (kind) {
      case SLIDING -> "the " + label + end;
      case TUMBLING -> "the fixed " + label.substring(0, label.indexOf('_')) + end;
      case LIFETIME -> "all time" + end;
    };
  }

  /**
   * How far before a row's time its window begins, in microseconds, as SQL.
   *
   * @param time the row's time in microseconds since the epoch, as SQL
   * @param first the time of the first row of all, as SQL
   */
  String reach(String time, String first) {
    return switch (kind) {
      case SLIDING -> Long.toString(micros() - 1);
      case TUMBLING -> "((%1$s) %% %2$d + %2$d) %% %2$d".formatted(time, micros());
      case LIFETIME -> "(%s) - (%s)".formatted(time, first);
    };
  }
}
