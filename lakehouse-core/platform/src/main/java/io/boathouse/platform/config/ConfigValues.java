package io.boathouse.platform.config;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The forms of single values: sizes as {@code 16MB}, durations as {@code 30s}. */
final class ConfigValues {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,15}) ?(B|KB|MB|GB|TB)?");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,12}) ?(ms|s|m|h|d)");

  private ConfigValues() {}

  /**
   * @param size whether a whole number may be written as a size with a unit
   */
  static Object parse(Class<?> type, String text, boolean size) {
    if (type == int.class || type == Integer.class) {
      return Math.toIntExact(whole(text, size, Integer.MAX_VALUE));
    }
    if (type == long.class || type == Long.class) {
      return whole(text, size, Long.MAX_VALUE);
    }
    if (type == double.class || type == Double.class) {
      return number(text);
    }
    if (type == boolean.class || type == Boolean.class) {
      return truth(text);
    }
    if (type == Duration.class) {
      return duration(text);
    }
    if (type == Path.class) {
      return path(text);
    }
    if (type == URI.class) {
      return URI.create(text);
    }
    if (type.isEnum()) {
      return constant(type, text);
    }
    throw new IllegalStateException("Settings of type " + type + " are not supported");
  }

  private static long whole(String text, boolean size, long most) {
    Matcher matcher = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT));
    boolean unit = matcher.matches() && matcher.group(2) != null;
    if (size && unit) {
      long factor =
          switch (matcher.group(2)) {
            case "KB" -> 1L << 10;
            case "MB" -> 1L << 20;
            case "GB" -> 1L << 30;
            case "TB" -> 1L << 40;
            default -> 1;
          };
      return checked(text, Math.multiplyExact(Long.parseLong(matcher.group(1)), factor), most);
    }
    try {
      return checked(text, Long.parseLong(text.strip()), most);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          text + (size ? " (expected: a size such as 16MB)" : " (expected: a whole number)"), e);
    }
  }

  private static long checked(String text, long value, long most) {
    if (value > most) {
      throw new IllegalArgumentException(text + " (expected: at most " + most + ")");
    }
    return value;
  }

  private static double number(String text) {
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(text + " (expected: a number)", e);
    }
    throw new IllegalArgumentException(text + " (expected: a finite number)");
  }

  private static boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text + " (expected: true or false)");
    };
  }

  private static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text + " (expected: a duration such as 500ms, 30s or 5m)");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(text + " (expected: a path)", e);
    }
  }

  private static Object constant(Class<?> type, String text) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> ((Enum<?>) constant).name().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    text
                        + " (expected: one of "
                        + Arrays.stream(type.getEnumConstants())
                            .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "))
                        + ")"));
  }
}
