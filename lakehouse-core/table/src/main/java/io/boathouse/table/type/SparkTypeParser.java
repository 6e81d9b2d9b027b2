package io.boathouse.table.type;

import io.boathouse.platform.error.LakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads types as Spark SQL writes them, up to a depth that no honest type reaches. */
final class SparkTypeParser {
  private static final int MAX_DEPTH = 50;

  private final String text;
  private int at;
  private int depth;

  SparkTypeParser(String text) {
    this.text = text;
  }

  DataType parse() {
    DataType type = type();
    space();
    if (at != text.length()) {
      throw unknown();
    }
    return type;
  }

  private DataType type() {
    if (++depth > MAX_DEPTH) {
      throw unknown();
    }
    String name = word().toLowerCase(Locale.ROOT);
    DataType type =
        switch (name) {
          case "array" -> array();
          case "map" -> map();
          case "struct" -> struct();
          case "decimal", "dec", "numeric" -> decimal();
          default -> SimpleTypes.spark(name).orElseThrow(this::unknown);
        };
    depth--;
    return type;
  }

  private DataType array() {
    expect('<');
    DataType element = type();
    expect('>');
    return new DataType.ArrayType(element, true);
  }

  private DataType map() {
    expect('<');
    DataType key = type();
    expect(',');
    DataType value = type();
    expect('>');
    return new DataType.MapType(key, value, true);
  }

  private DataType struct() {
    expect('<');
    List<Column> fields = new ArrayList<>();
    do {
      String name = fieldName();
      boolean unused = accept(':');
      fields.add(new Column(name, type(), true, Optional.empty()));
    } while (accept(','));
    expect('>');
    return new DataType.StructType(fields);
  }

  private DataType decimal() {
    if (!accept('(')) {
      return new DataType.DecimalType(10, 0);
    }
    int precision = number();
    int scale = accept(',') ? number() : 0;
    expect(')');
    return new DataType.DecimalType(precision, scale);
  }

  private String fieldName() {
    space();
    if (at < text.length() && text.charAt(at) == '`') {
      int end = text.indexOf('`', at + 1);
      if (end < 0) {
        throw unknown();
      }
      String name = text.substring(at + 1, end);
      at = end + 1;
      return name;
    }
    return word();
  }

  private String word() {
    space();
    int start = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || "_$-".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    if (start == at) {
      throw unknown();
    }
    return text.substring(start, at);
  }

  private int number() {
    String digits = word();
    if (!digits.matches("\\d{1,3}")) {
      throw unknown();
    }
    return Integer.parseInt(digits);
  }

  private boolean accept(char c) {
    space();
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char c) {
    if (!accept(c)) {
      throw unknown();
    }
  }

  private void space() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private LakeException unknown() {
    return TypeErrors.unknownType(text);
  }
}
