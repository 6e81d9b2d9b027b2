package io.boathouse.sql.engine;

import io.boathouse.sql.engine.ResultType.Field;
import io.boathouse.sql.engine.ResultType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns the engine's result sets into columns and rows of our types. */
final class DuckRows {
  private DuckRows() {}

  static List<ResultColumn> columns(ResultSetMetaData metaData) throws SQLException {
    List<ResultColumn> columns = new ArrayList<>();
    for (int i = 1; i <= metaData.getColumnCount(); i++) {
      columns.add(
          new ResultColumn(
              metaData.getColumnLabel(i), DuckTypeText.parse(metaData.getColumnTypeName(i))));
    }
    return columns;
  }

  static List<@Nullable Object> row(ResultSet result, List<ResultColumn> columns)
      throws SQLException {
    List<@Nullable Object> row = new ArrayList<>(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      row.add(value(result, i + 1, columns.get(i).type()));
    }
    return row;
  }

  private static @Nullable Object value(ResultSet result, int index, ResultType type)
      throws SQLException {
    if (type.text().equals("TIMESTAMP_NTZ")) {
      return result.getObject(index, LocalDateTime.class);
    }
    if (type.kind() == Kind.BINARY) {
      Blob blob = result.getBlob(index);
      return blob == null ? null : blob.getBytes(1, (int) blob.length());
    }
    return converted(result.getObject(index), type);
  }

  private static @Nullable Object converted(@Nullable Object value, ResultType type)
      throws SQLException {
    return switch (value) {
      case null -> null;
      case Boolean flag -> flag;
      case Number number -> number(number, type);
      case String text -> text;
      case LocalDate date -> date;
      case LocalDateTime time -> time;
      case Instant time -> time;
      case OffsetDateTime time -> time.toInstant();
      case Timestamp time -> time.toLocalDateTime();
      case byte[] bytes -> bytes;
      case Blob blob -> blob.getBytes(1, (int) blob.length());
      case Array array -> list((Object[]) array.getArray(), type);
      case Struct struct -> struct(struct.getAttributes(), type);
      case Map<?, ?> map -> map(map, type);
      default -> value.toString();
    };
  }

  private static Object number(Number number, ResultType type) {
    return type.kind() == Kind.DECIMAL && !(number instanceof BigDecimal)
        ? new BigDecimal(
            number instanceof BigInteger big ? big : BigInteger.valueOf(number.longValue()))
        : number;
  }

  private static List<@Nullable Object> list(@Nullable Object[] elements, ResultType type)
      throws SQLException {
    ResultType element = type.fields().isEmpty() ? ResultType.STRING : type.fields().get(0).type();
    List<@Nullable Object> list = new ArrayList<>(elements.length);
    for (Object value : elements) {
      list.add(converted(value, element));
    }
    return list;
  }

  private static Map<String, @Nullable Object> struct(
      @Nullable Object[] attributes, ResultType type) throws SQLException {
    Map<String, @Nullable Object> struct = new LinkedHashMap<>();
    for (int i = 0; i < attributes.length; i++) {
      Field field =
          i < type.fields().size()
              ? type.fields().get(i)
              : new Field("field" + i, ResultType.STRING);
      struct.put(field.name(), converted(attributes[i], field.type()));
    }
    return struct;
  }

  private static Map<@Nullable Object, @Nullable Object> map(Map<?, ?> entries, ResultType type)
      throws SQLException {
    boolean typed = type.fields().size() == 2;
    ResultType key = typed ? type.fields().get(0).type() : ResultType.STRING;
    ResultType item = typed ? type.fields().get(1).type() : ResultType.STRING;
    Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      map.put(converted(entry.getKey(), key), converted(entry.getValue(), item));
    }
    return map;
  }
}
