package io.boathouse.sql.warehouse;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * How far the statements of a warehouse may go; what is empty is as the server's settings say.
 *
 * @param memory of one instance, as DuckDB writes it
 * @param threads of one instance
 * @param deadline of one statement
 * @param rows of one result; those beyond are left out, and the result says so
 * @param bytes of one result, likewise
 */
public record WarehouseLimits(
    Optional<String> memory,
    OptionalInt threads,
    Optional<Duration> deadline,
    OptionalLong rows,
    OptionalLong bytes) {
  /** None of its own. */
  public static final WarehouseLimits NONE = of(Map.of());

  private static final String PREFIX = "boathouse.";
  private static final String MEMORY = PREFIX + "memory_limit";
  private static final String THREADS = PREFIX + "threads";
  private static final String SECONDS = PREFIX + "statement_timeout_seconds";
  private static final String ROWS = PREFIX + "max_result_rows";
  private static final String BYTES = PREFIX + "max_result_bytes";
  private static final Pattern SIZE = Pattern.compile("\\d{1,6}(\\.\\d{1,3})? ?([KMGT]i?B)");
  private static final int MOST_THREADS = 256;
  private static final long LONGEST_SECONDS = 172_800;

  static WarehouseLimits of(Map<String, String> tags) {
    for (String tag : tags.keySet()) {
      if (tag.startsWith(PREFIX)
          && !tag.equals(MEMORY)
          && !tag.equals(THREADS)
          && !tag.equals(SECONDS)
          && !tag.equals(ROWS)
          && !tag.equals(BYTES)) {
        throw WarehouseErrors.invalid(
            "tags", tag, "a limit such as " + MEMORY + ", or another prefix");
      }
    }
    Optional<String> memory = Optional.ofNullable(tags.get(MEMORY));
    if (memory.isPresent() && !SIZE.matcher(memory.get()).matches()) {
      throw WarehouseErrors.invalid(MEMORY, memory.get(), "a size such as 512MB");
    }
    OptionalLong threads = number(tags, THREADS, MOST_THREADS);
    OptionalLong seconds = number(tags, SECONDS, LONGEST_SECONDS);
    return new WarehouseLimits(
        memory,
        threads.isPresent() ? OptionalInt.of((int) threads.getAsLong()) : OptionalInt.empty(),
        seconds.isPresent()
            ? Optional.of(Duration.ofSeconds(seconds.getAsLong()))
            : Optional.empty(),
        number(tags, ROWS, Long.MAX_VALUE),
        number(tags, BYTES, Long.MAX_VALUE));
  }

  private static OptionalLong number(Map<String, String> tags, String tag, long most) {
    String text = tags.get(tag);
    if (text == null) {
      return OptionalLong.empty();
    }
    try {
      long number = Long.parseLong(text);
      if (number >= 1 && number <= most) {
        return OptionalLong.of(number);
      }
    } catch (NumberFormatException e) {
      throw WarehouseErrors.invalid(tag, text, "a whole number of at least 1");
    }
    throw WarehouseErrors.invalid(tag, text, "1 to " + most);
  }

  /** The smaller of two limits of which each may be absent. */
  public static OptionalLong smaller(OptionalLong one, OptionalLong other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.isPresent() ? one : other;
    }
    return OptionalLong.of(Math.min(one.getAsLong(), other.getAsLong()));
  }
}
