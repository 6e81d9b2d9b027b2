package io.boathouse.serving.inference;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.registry.signature.ValueType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/**
 * A column that a model takes, and how a JSON cell becomes its value: whole numbers widen, nothing
 * narrows, text is no number. A null is a missing value.
 */
record ServedColumn(String name, ValueType.Kind kind, boolean required) {
  /** ISO 8601, with a blank for the T as SQL and pandas write it; a date is its midnight. */
  private static final DateTimeFormatter DATETIME =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendPattern("['T'][' ']")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .appendOffset("+HH:mm", "Z")
          .toFormatter(Locale.ROOT);

  /** The type's name in signatures. */
  String type() {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** How requests bring it. */
  RequestField field() {
    RequestField.Type written =
        switch (kind) {
          case BOOLEAN -> RequestField.Type.BOOLEAN;
          case INTEGER, LONG -> RequestField.Type.INTEGER;
          case FLOAT, DOUBLE -> RequestField.Type.NUMBER;
          case STRING, BINARY, DATETIME -> RequestField.Type.STRING;
        };
    return new RequestField(name, written, required, !required || hasMissing());
  }

  /** Whether a matrix of numbers can hold it. */
  boolean isNumeric() {
    return switch (kind) {
      case BOOLEAN, INTEGER, LONG, FLOAT, DOUBLE, DATETIME -> true;
      case STRING, BINARY -> false;
    };
  }

  /** Whether the type has a value for "missing": NaN. */
  private boolean hasMissing() {
    return kind == ValueType.Kind.FLOAT || kind == ValueType.Kind.DOUBLE;
  }

  /**
   * A cell as a number; NaN where it is missing.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming column and row
   */
  double number(int row, JsonNode cell) {
    if (cell.isNull() || cell.isMissingNode()) {
      if (required && !hasMissing()) {
        throw InferenceErrors.nullNotAllowed(row, name, type());
      }
      return Double.NaN;
    }
    return switch (kind) {
      case BOOLEAN -> cell.isBoolean() ? (cell.booleanValue() ? 1 : 0) : refused(row, cell);
      case INTEGER ->
          cell.isIntegralNumber() && cell.canConvertToInt() ? cell.intValue() : refused(row, cell);
      case LONG ->
          cell.isIntegralNumber() && cell.canConvertToLong()
              ? cell.longValue()
              : refused(row, cell);
      case FLOAT, DOUBLE -> cell.isNumber() ? cell.doubleValue() : refused(row, cell);
      case DATETIME -> micros(row, cell);
      case STRING, BINARY -> refused(row, cell);
    };
  }

  /** A cell as text. */
  String text(int row, JsonNode cell) {
    if (!cell.isTextual()) {
      throw cell.isNull() || cell.isMissingNode()
          ? InferenceErrors.nullNotAllowed(row, name, type())
          : InferenceErrors.wrongType(row, name, type(), cell.toString());
    }
    return cell.textValue();
  }

  /** A cell as a whole number, which nothing stands for when it is missing. */
  long whole(int row, JsonNode cell) {
    if (cell.isNull() || cell.isMissingNode()) {
      throw InferenceErrors.nullNotAllowed(row, name, type());
    }
    return kind == ValueType.Kind.LONG && cell.isIntegralNumber() && cell.canConvertToLong()
        ? cell.longValue()
        : (long) number(row, cell);
  }

  private long micros(int row, JsonNode cell) {
    if (!cell.isTextual()) {
      throw InferenceErrors.wrongType(row, name, type(), cell.toString());
    }
    try {
      TemporalAccessor time = DATETIME.parse(cell.textValue());
      LocalTime ofDay =
          time.isSupported(ChronoField.HOUR_OF_DAY) ? LocalTime.from(time) : LocalTime.MIDNIGHT;
      ZoneOffset zone =
          time.isSupported(ChronoField.OFFSET_SECONDS) ? ZoneOffset.from(time) : ZoneOffset.UTC;
      Instant instant = LocalDate.from(time).atTime(ofDay).toInstant(zone);
      return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    } catch (DateTimeException | ArithmeticException e) {
      throw InferenceErrors.wrongType(row, name, "datetime (ISO 8601)", cell.toString());
    }
  }

  private double refused(int row, JsonNode cell) {
    throw InferenceErrors.wrongType(row, name, type(), cell.toString());
  }
}
