package io.boathouse.sql.statement;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Patterns over names: {@code *} and {@code %} stand for any text, {@code .} for one character,
 * {@code |} separates alternatives, a backslash takes what follows as it is. Case does not matter.
 */
final class NamePattern {
  private NamePattern() {}

  /** Whether a name is meant; without a pattern all are. */
  static Predicate<String> of(Optional<String> pattern) {
    return pattern.map(NamePattern::compiled).orElse(name -> true);
  }

  private static Predicate<String> compiled(String pattern) {
    var alternatives =
        Arrays.stream(pattern.split("(?<!\\\\)\\|", -1))
            .map(text -> Pattern.compile(expression(text.trim()), Pattern.CASE_INSENSITIVE))
            .toList();
    return name -> alternatives.stream().anyMatch(part -> part.matcher(name).matches());
  }

  private static String expression(String text) {
    StringBuilder expression = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '*' || c == '%') {
        expression.append(".*");
      } else if (c == '.') {
        expression.append('.');
      } else if (c == '\\' && i + 1 < text.length()) {
        i++;
        expression.append(Pattern.quote(String.valueOf(text.charAt(i))));
      } else {
        expression.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return expression.toString();
  }
}
