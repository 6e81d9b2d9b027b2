package io.boathouse.sql.engine;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The type of a result column, in the words of Spark SQL.
 *
 * @param kind the family
 * @param text the whole type, such as {@code DECIMAL(10,2)} or {@code ARRAY<INT>}
 * @param fields members of a struct; one of an array, named "element"; "key" and "value" of a map
 */
public record ResultType(Kind kind, String text, Optional<Decimal> decimal, List<Field> fields) {
  /** Text. */
  public static final ResultType STRING = plain(Kind.STRING, "STRING");

  public ResultType {
    fields = List.copyOf(fields);
  }

  /** Families of types, named as the statement API names them. */
  public enum Kind {
    BOOLEAN,
    BYTE,
    SHORT,
    INT,
    LONG,
    FLOAT,
    DOUBLE,
    DECIMAL,
    STRING,
    BINARY,
    DATE,
    /** With time zone when the text is TIMESTAMP, without one when it is TIMESTAMP_NTZ. */
    TIMESTAMP,
    INTERVAL,
    ARRAY,
    STRUCT,
    MAP,
    NULL
  }

  /** Digits of a decimal, in all and after the point. */
  public record Decimal(int precision, int scale) {}

  /** A part of a nested type. */
  public record Field(String name, ResultType type) {}

  /** A 64-bit whole number. */
  public static ResultType whole() {
    return plain(Kind.LONG, "BIGINT");
  }

  /** A 32-bit whole number. */
  public static ResultType integer() {
    return plain(Kind.INT, "INT");
  }

  /** A time on the UTC line. */
  public static ResultType timestamp() {
    return plain(Kind.TIMESTAMP, "TIMESTAMP");
  }

  /** Texts by text. */
  public static ResultType texts() {
    return map(STRING, STRING);
  }

  static ResultType plain(Kind kind, String text) {
    return new ResultType(kind, text, Optional.empty(), List.of());
  }

  static ResultType decimal(int precision, int scale) {
    return new ResultType(
        Kind.DECIMAL,
        "DECIMAL(" + precision + "," + scale + ")",
        Optional.of(new Decimal(precision, scale)),
        List.of());
  }

  static ResultType array(ResultType element) {
    return new ResultType(
        Kind.ARRAY,
        "ARRAY<" + element.text + ">",
        Optional.empty(),
        List.of(new Field("element", element)));
  }

  static ResultType map(ResultType key, ResultType value) {
    return new ResultType(
        Kind.MAP,
        "MAP<" + key.text + ", " + value.text + ">",
        Optional.empty(),
        List.of(new Field("key", key), new Field("value", value)));
  }

  static ResultType struct(List<Field> fields) {
    String members =
        fields.stream()
            .map(field -> quoted(field.name()) + ": " + field.type().text)
            .collect(Collectors.joining(", "));
    return new ResultType(Kind.STRUCT, "STRUCT<" + members + ">", Optional.empty(), fields);
  }

  private static String quoted(String name) {
    return name.matches("[A-Za-z_][A-Za-z0-9_]*") ? name : '`' + name.replace("`", "``") + '`';
  }
}
