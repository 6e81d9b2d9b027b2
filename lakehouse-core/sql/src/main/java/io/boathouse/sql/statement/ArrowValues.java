package io.boathouse.sql.statement;

import io.boathouse.sql.engine.ResultType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * Our types and values in Arrow's. What Arrow has no type for is its text. A field carries the name
 * of its SQL type, as drivers look for it.
 */
final class ArrowValues {
  private static final String SQL_TYPE = "Spark:DataType:SqlName";
  private static final int BITS = 128;
  private static final int MOST_DIGITS = 38;

  private ArrowValues() {}

  static Field field(String name, ResultType type) {
    return field(name, type, true);
  }

  private static Field field(String name, ResultType type, boolean nullable) {
    FieldType fieldType =
        new FieldType(nullable, arrowType(type), null, Map.of(SQL_TYPE, type.text()));
    List<Field> children =
        switch (type.kind()) {
          case ARRAY -> List.of(field("element", part(type, 0)));
          case MAP ->
              List.of(
                  new Field(
                      MapVector.DATA_VECTOR_NAME,
                      new FieldType(false, ArrowType.Struct.INSTANCE, null),
                      List.of(
                          field(MapVector.KEY_NAME, part(type, 0), false),
                          field(MapVector.VALUE_NAME, part(type, 1)))));
          case STRUCT ->
              type.fields().stream().map(part -> field(part.name(), part.type())).toList();
          default -> List.of();
        };
    return new Field(name, fieldType, children);
  }

  private static ResultType part(ResultType type, int index) {
    return type.fields().get(index).type();
  }

  private static ArrowType arrowType(ResultType type) {
    return switch (type.kind()) {
      case BOOLEAN -> ArrowType.Bool.INSTANCE;
      case BYTE -> new ArrowType.Int(8, true);
      case SHORT -> new ArrowType.Int(16, true);
      case INT -> new ArrowType.Int(32, true);
      case LONG -> new ArrowType.Int(64, true);
      case FLOAT -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case DOUBLE -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      case DECIMAL -> {
        ResultType.Decimal digits = type.decimal().orElseThrow();
        yield new ArrowType.Decimal(digits.precision(), digits.scale(), BITS);
      }
      case STRING, INTERVAL -> ArrowType.Utf8.INSTANCE;
      case BINARY -> ArrowType.Binary.INSTANCE;
      case DATE -> new ArrowType.Date(DateUnit.DAY);
      case TIMESTAMP ->
          new ArrowType.Timestamp(
              TimeUnit.MICROSECOND, type.text().equals("TIMESTAMP") ? "UTC" : null);
      case ARRAY -> ArrowType.List.INSTANCE;
      case STRUCT -> ArrowType.Struct.INSTANCE;
      case MAP -> new ArrowType.Map(false);
      case NULL -> ArrowType.Null.INSTANCE;
    };
  }

  /** About how many bytes a value takes. */
  static int size(@Nullable Object value) {
    return switch (value) {
      case null -> 1;
      case String text -> text.length() + 4;
      case byte[] bytes -> bytes.length + 4;
      case BigDecimal number -> 16;
      case List<?> list -> 4 + list.stream().mapToInt(ArrowValues::size).sum();
      case Map<?, ?> map ->
          4 + map.entrySet().stream().mapToInt(e -> size(e.getKey()) + size(e.getValue())).sum();
      default -> 8;
    };
  }

  /** Puts a value into a place of a vector, which grows as it needs. */
  static void set(FieldVector vector, int at, ResultType type, @Nullable Object value) {
    if (value == null) {
      vector.setNull(at);
      return;
    }
    switch (vector) {
      case BitVector bits -> bits.setSafe(at, (Boolean) value ? 1 : 0);
      case TinyIntVector numbers -> numbers.setSafe(at, number(value).intValue());
      case SmallIntVector numbers -> numbers.setSafe(at, number(value).intValue());
      case IntVector numbers -> numbers.setSafe(at, number(value).intValue());
      case BigIntVector numbers -> numbers.setSafe(at, number(value).longValue());
      case Float4Vector numbers -> numbers.setSafe(at, number(value).floatValue());
      case Float8Vector numbers -> numbers.setSafe(at, number(value).doubleValue());
      case DecimalVector numbers -> numbers.setSafe(at, decimal(value, numbers.getScale()));
      case DateDayVector days -> days.setSafe(at, (int) ((LocalDate) value).toEpochDay());
      case TimeStampVector times -> times.setSafe(at, micros(value));
      case VarBinaryVector bytes -> bytes.setSafe(at, (byte[]) value);
      case VarCharVector texts ->
          texts.setSafe(at, String.valueOf(ValueText.of(value)).getBytes(StandardCharsets.UTF_8));
      case MapVector maps -> map(maps, at, type, (Map<?, ?>) value);
      case ListVector lists -> list(lists, at, type, (List<?>) value);
      case StructVector structs -> struct(structs, at, type, (Map<?, ?>) value);
      case NullVector nothing -> nothing.setNull(at);
      default -> throw new IllegalStateException("vector: " + vector.getField());
    }
  }

  private static Number number(Object value) {
    return (Number) value;
  }

  private static BigDecimal decimal(Object value, int scale) {
    BigDecimal number =
        switch (value) {
          case BigDecimal exact -> exact;
          case BigInteger whole -> new BigDecimal(whole);
          default -> new BigDecimal(value.toString());
        };
    if (number.precision() - number.scale() > MOST_DIGITS - scale) {
      throw StatementErrors.tooManyDigits(number.toPlainString());
    }
    return number.setScale(scale, RoundingMode.UNNECESSARY);
  }

  private static long micros(Object value) {
    Instant time =
        value instanceof LocalDateTime local ? local.toInstant(ZoneOffset.UTC) : (Instant) value;
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static void list(ListVector lists, int at, ResultType type, List<?> values) {
    int start = lists.startNewValue(at);
    FieldVector elements = lists.getDataVector();
    for (int i = 0; i < values.size(); i++) {
      set(elements, start + i, part(type, 0), values.get(i));
    }
    lists.endValue(at, values.size());
  }

  private static void map(MapVector maps, int at, ResultType type, Map<?, ?> entries) {
    int place = maps.startNewValue(at);
    StructVector pairs = (StructVector) maps.getDataVector();
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      pairs.setIndexDefined(place);
      set(pairs.getChild(MapVector.KEY_NAME), place, part(type, 0), entry.getKey());
      set(pairs.getChild(MapVector.VALUE_NAME), place, part(type, 1), entry.getValue());
      place++;
    }
    maps.endValue(at, entries.size());
  }

  private static void struct(StructVector structs, int at, ResultType type, Map<?, ?> values) {
    structs.setIndexDefined(at);
    for (ResultType.Field field : type.fields()) {
      set(structs.getChild(field.name()), at, field.type(), values.get(field.name()));
    }
  }
}
