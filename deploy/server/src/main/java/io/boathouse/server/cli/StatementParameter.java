package io.boathouse.server.cli;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A value for a marker of a statement, as the Statement Execution API takes it. */
record StatementParameter(String name, String type, String value) {
  private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]{0,17})");
  private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]{0,17})[.]([0-9]{1,18})");

  /**
   * Without a type a number that is written as numbers are is one; 007 and 1e3 are text.
   *
   * @param name with or without its type, as {@code i} or {@code i:INT}
   */
  static StatementParameter of(String name, String value) {
    int colon = name.indexOf(':');
    return colon < 0
        ? new StatementParameter(name, found(value), value)
        : new StatementParameter(name.substring(0, colon), name.substring(colon + 1), value);
  }

  private static String found(String value) {
    if (WHOLE.matcher(value).matches()) {
      return "BIGINT";
    }
    Matcher decimal = DECIMAL.matcher(value);
    if (decimal.matches()) {
      int scale = decimal.group(2).length();
      return "DECIMAL(%d,%d)".formatted(decimal.group(1).length() + scale, scale);
    }
    return "STRING";
  }

  Map<String, String> wire() {
    return Map.of("name", name, "type", type, "value", value);
  }
}
