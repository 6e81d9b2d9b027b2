package io.boathouse.sql.govern;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Patterns of dates and times as Spark SQL writes them, in the engine's words. */
final class DatePattern {
  private static final Map<String, String> WORDS = words();

  private DatePattern() {}

  private static Map<String, String> words() {
    String pairs =
        "y=%Y yyyy=%Y yy=%y MMMM=%B MMM=%b MM=%m M=%-m dd=%d d=%-d D=%-j DDD=%j HH=%H H=%-H hh=%I"
            + " h=%-I mm=%M m=%-M ss=%S s=%-S SSS=%g SSSSSS=%f a=%p EEEE=%A EEE=%a EE=%a E=%a";
    Map<String, String> words = new HashMap<>();
    for (String pair : pairs.split(" ")) {
      words.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }
    return Map.copyOf(words);
  }

  /**
   * The pattern for the engine.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming what it cannot say
   */
  static String of(String pattern) {
    StringBuilder format = new StringBuilder();
    int i = 0;
    while (i < pattern.length()) {
      char c = pattern.charAt(i);
      if (c == '\'') {
        int end = pattern.indexOf('\'', i + 1);
        String quoted = pattern.substring(i + 1, end < 0 ? pattern.length() : end);
        format.append(quoted.isEmpty() ? "'" : quoted.replace("%", "%%"));
        i = end < 0 ? pattern.length() : end + 1;
      } else if (Character.isLetter(c)) {
        int end = i;
        while (end < pattern.length() && pattern.charAt(end) == c) {
          end++;
        }
        String word = pattern.substring(i, end);
        format.append(
            Optional.ofNullable(WORDS.get(word))
                .orElseThrow(() -> GovernErrors.patternUnknown(word)));
        i = end;
      } else {
        format.append(c == '%' ? "%%" : String.valueOf(c));
        i++;
      }
    }
    return format.toString();
  }
}
