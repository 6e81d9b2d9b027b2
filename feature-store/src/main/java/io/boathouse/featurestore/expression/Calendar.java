package io.boathouse.featurestore.expression;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Dates as days and times as microseconds since the epoch, in UTC. */
final class Calendar {
  static final long SECOND = 1_000_000L;
  static final long MINUTE = 60 * SECOND;
  static final long HOUR = 60 * MINUTE;
  static final long DAY = 24 * HOUR;

  private Calendar() {}

  static LocalDate date(long micros) {
    return LocalDate.ofEpochDay(Math.floorDiv(micros, DAY));
  }

  static long within(long micros, long unit, long larger) {
    return Math.floorMod(micros, larger) / unit;
  }

  /** The start of the unit that the instant lies in; null if 64 bits do not hold it. */
  static @Nullable Long truncated(String unit, long micros) {
    try {
      return switch (unit) {
        case "second" -> floor(micros, SECOND);
        case "minute" -> floor(micros, MINUTE);
        case "hour" -> floor(micros, HOUR);
        case "day" -> floor(micros, DAY);
        case "month" -> start(date(micros).withDayOfMonth(1));
        case "year" -> start(date(micros).withDayOfYear(1));
        default -> throw unknown(unit);
      };
    } catch (ArithmeticException e) {
      return null;
    }
  }

  /** How many starts of the unit lie after the first and not after the second. */
  static Long between(String unit, long from, long to) {
    return switch (unit) {
      case "second" -> Math.floorDiv(to, SECOND) - Math.floorDiv(from, SECOND);
      case "minute" -> Math.floorDiv(to, MINUTE) - Math.floorDiv(from, MINUTE);
      case "hour" -> Math.floorDiv(to, HOUR) - Math.floorDiv(from, HOUR);
      case "day" -> Math.floorDiv(to, DAY) - Math.floorDiv(from, DAY);
      case "month" -> months(to) - months(from);
      case "year" -> (long) date(to).getYear() - date(from).getYear();
      default -> throw unknown(unit);
    };
  }

  /** A date as {@code YYYY-MM-DD}; null beyond the years that have four digits. */
  static @Nullable String text(long day) {
    LocalDate date = LocalDate.ofEpochDay(day);
    return date.getYear() < 1 || date.getYear() > 9999 ? null : date.toString();
  }

  private static long start(LocalDate date) {
    return Math.multiplyExact(date.toEpochDay(), DAY);
  }

  private static long months(long micros) {
    return ChronoUnit.MONTHS.between(LocalDate.EPOCH, date(micros).withDayOfMonth(1));
  }

  private static long floor(long micros, long unit) {
    return Math.subtractExact(micros, Math.floorMod(micros, unit));
  }

  private static IllegalArgumentException unknown(String unit) {
    return new IllegalArgumentException("unit: " + unit + " (expected: one that was checked)");
  }
}
