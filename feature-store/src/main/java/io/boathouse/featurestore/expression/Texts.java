package io.boathouse.featurestore.expression;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What text says, and what is done with text; places and lengths count code points. */
final class Texts {
  private static final Pattern WHOLE = Pattern.compile("-?\\d{1,19}");
  private static final Pattern NUMBER =
      Pattern.compile("-?(\\d{1,40}(\\.\\d{0,40})?|\\.\\d{1,40})([eE][+-]?\\d{1,3})?");
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
  private static final Pattern TIME =
      Pattern.compile(
          "(\\d{4}-\\d{2}-\\d{2})[T ](\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,6})?)(Z|[+-]\\d{2}:\\d{2})?");

  private Texts() {}

  static @Nullable Long whole(String text) {
    if (!WHOLE.matcher(text).matches()) {
      return null;
    }
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      return null; // 19 digits can be too many
    }
  }

  static @Nullable Double number(String text) {
    if (!NUMBER.matcher(text).matches()) {
      return null;
    }
    return Double.valueOf(text);
  }

  static @Nullable Boolean flag(String text) {
    if (text.equalsIgnoreCase("true")) {
      return Boolean.TRUE;
    }
    return text.equalsIgnoreCase("false") ? Boolean.FALSE : null;
  }

  /** Days since the epoch of {@code YYYY-MM-DD}. */
  static @Nullable Long date(String text) {
    if (!DATE.matcher(text).matches() || text.startsWith("0000")) {
      return null;
    }
    try {
      return LocalDate.parse(text).toEpochDay();
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Microseconds since the epoch of a date and time, in UTC if it names no offset. */
  static @Nullable Long time(String text) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches() || text.startsWith("0000")) {
      return null;
    }
    try {
      String offset = matcher.group(3);
      LocalDateTime time =
          LocalDateTime.of(LocalDate.parse(matcher.group(1)), LocalTime.parse(matcher.group(2)));
      return ChronoUnit.MICROS.between(
          LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC),
          time.atOffset(offset == null ? ZoneOffset.UTC : ZoneOffset.of(offset))
              .withOffsetSameInstant(ZoneOffset.UTC)
              .toLocalDateTime());
    } catch (DateTimeException e) {
      return null;
    }
  }

  static long length(String text) {
    return text.codePointCount(0, text.length());
  }

  /**
   * @param start counts from 1
   */
  static String part(String text, long start, long length) {
    int from = offset(text, 0, start - 1);
    return text.substring(from, offset(text, from, length));
  }

  static String trimmed(String text, boolean left, boolean right) {
    int from = 0;
    int to = text.length();
    while (left && from < to && isSpace(text.codePointAt(from))) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (right && to > from && isSpace(text.codePointBefore(to))) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to);
  }

  /** Letters A to Z and no others, whatever the language. */
  static String lower(String text) {
    StringBuilder lower = new StringBuilder(text);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        lower.setCharAt(i, (char) (c + 'a' - 'A'));
      }
    }
    return lower.toString();
  }

  /** Letters a to z and no others, whatever the language. */
  static String upper(String text) {
    StringBuilder upper = new StringBuilder(text);
    for (int i = 0; i < upper.length(); i++) {
      char c = upper.charAt(i);
      if (c >= 'a' && c <= 'z') {
        upper.setCharAt(i, (char) (c + 'A' - 'a'));
      }
    }
    return upper.toString();
  }

  static String replaced(String text, String from, String to) {
    return from.isEmpty() ? text : text.replace(from, to);
  }

  /** Where the part begins, counting from 1; 0 if nowhere. */
  static long place(String text, String part) {
    int index = text.indexOf(part);
    return index < 0 ? 0 : text.codePointCount(0, index) + 1L;
  }

  /** By code point, which is the order of the bytes of UTF-8. */
  static int compare(String left, String right) {
    int shorter = Math.min(left.length(), right.length());
    for (int i = 0; i < shorter; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean surrogates = Character.isSurrogate(a) == Character.isSurrogate(b);
        int compared = Character.compare(a, b);
        return surrogates ? compared : Character.isSurrogate(a) ? 1 : -1;
      }
    }
    return Integer.compare(left.length(), right.length());
  }

  /** Whether the text is like a pattern, where % is any text and _ any one code point. */
  static boolean like(String text, String pattern) {
    int[] letters = text.codePoints().toArray();
    int[] wanted = pattern.codePoints().toArray();
    int at = 0;
    int next = 0;
    int star = -1;
    int resume = 0;
    while (at < letters.length) {
      if (next < wanted.length && wanted[next] == '%') {
        star = next++;
        resume = at;
      } else if (next < wanted.length && (wanted[next] == '_' || wanted[next] == letters[at])) {
        next++;
        at++;
      } else if (star >= 0) {
        next = star + 1;
        at = ++resume;
      } else {
        return false;
      }
    }
    while (next < wanted.length && wanted[next] == '%') {
      next++;
    }
    return next == wanted.length;
  }

  private static boolean isSpace(int codePoint) {
    return Character.getType(codePoint) == Character.SPACE_SEPARATOR;
  }

  private static int offset(String text, int from, long codePoints) {
    int left = text.codePointCount(from, text.length());
    return text.offsetByCodePoints(from, (int) Math.min(codePoints, left));
  }
}
