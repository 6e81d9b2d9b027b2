package io.boathouse.platform.config;

import io.boathouse.platform.secret.Secret;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The settings as they hold, for an operator's eyes. What could be a secret is not among them: a
 * number, a truth, a duration and a constant say what they are, but a text, an address, a path, a
 * list or a map does so only as the default or under a key that is listed as harmless.
 *
 * @param settings in the order of the configuration
 */
public record ConfigView(List<Setting> settings) {
  private static final Pattern SECRET =
      Pattern.compile("(.*[._])?(password|secret|token|key|credential|user|url)s?");
  private static final long KILO = 1 << 10;
  private static final List<String> SIZES = List.of("B", "KB", "MB", "GB", "TB");

  /**
   * One setting.
   *
   * @param key with dots
   * @param value as the file would have it; empty if nothing is set, or if it is hidden
   * @param usual whether it is the default
   * @param hidden whether something is set that is not shown
   */
  public record Setting(String key, Optional<String> value, boolean usual, boolean hidden) {}

  public ConfigView {
    settings = List.copyOf(settings);
  }

  /**
   * What holds.
   *
   * @param harmless keys of texts, addresses, paths, lists and maps that may be shown
   * @throws IllegalArgumentException if one of them has the name of a secret
   */
  public static <R extends Record> ConfigView of(R effective, R defaults, Set<String> harmless) {
    for (String key : harmless) {
      if (SECRET.matcher(key).matches()) {
        throw new IllegalArgumentException(key + ": may be a secret (expected: a harmless key)");
      }
    }
    List<Setting> settings = new ArrayList<>();
    collect(effective, defaults, "", harmless, settings);
    return new ConfigView(settings);
  }

  private static void collect(
      Record effective, Record defaults, String prefix, Set<String> harmless, List<Setting> into) {
    for (RecordComponent component : effective.getClass().getRecordComponents()) {
      String key = prefix + ConfigKeys.name(component);
      Object value = ConfigKeys.value(component, effective);
      Object usual = ConfigKeys.value(component, defaults);
      if (value instanceof Record section && usual instanceof Record defaultsBelow) {
        collect(section, defaultsBelow, key + ".", harmless, into);
      } else {
        into.add(setting(key, value, value.equals(usual), harmless.contains(key)));
      }
    }
  }

  private static Setting setting(String key, Object given, boolean usual, boolean harmless) {
    Optional<?> value = given instanceof Optional<?> optional ? optional : Optional.of(given);
    boolean shown =
        value.isEmpty() || plain(value.get()) || (!holdsSecret(value.get()) && (usual || harmless));
    return shown
        ? new Setting(key, value.map(one -> text(one, key.endsWith("_bytes"))), usual, false)
        : new Setting(key, Optional.empty(), usual, true);
  }

  /** What cannot hold a secret, whatever its name. */
  private static boolean plain(Object value) {
    return value instanceof Number
        || value instanceof Boolean
        || value instanceof Duration
        || value instanceof Enum<?>;
  }

  /** What is never shown, whatever lists it. */
  private static boolean holdsSecret(Object value) {
    return switch (value) {
      case Secret secret -> true;
      case Record section -> true;
      case Collection<?> items -> items.stream().anyMatch(ConfigView::holdsSecret);
      case Map<?, ?> entries -> entries.values().stream().anyMatch(ConfigView::holdsSecret);
      default -> false;
    };
  }

  private static String text(Object value, boolean size) {
    return switch (value) {
      case Duration duration -> duration(duration);
      case Number number when size -> size(number.longValue());
      case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
      case Collection<?> items ->
          items.stream().map(String::valueOf).collect(Collectors.joining(", "));
      case Map<?, ?> entries ->
          entries.entrySet().stream()
              .map(entry -> entry.getKey() + ": " + entry.getValue())
              .sorted()
              .collect(Collectors.joining(", "));
      default -> value.toString();
    };
  }

  private static String size(long bytes) {
    long value = bytes;
    int unit = 0;
    while (value != 0 && value % KILO == 0 && unit < SIZES.size() - 1) {
      value /= KILO;
      unit++;
    }
    return value + SIZES.get(unit);
  }

  private static String duration(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0 || millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds % 60 != 0) {
      return seconds + "s";
    }
    long minutes = seconds / 60;
    if (minutes % 60 != 0) {
      return minutes + "m";
    }
    long hours = minutes / 60;
    return hours % 24 == 0 ? hours / 24 + "d" : hours + "h";
  }
}
