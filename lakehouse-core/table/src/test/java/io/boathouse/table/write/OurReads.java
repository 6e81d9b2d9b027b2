package io.boathouse.table.write;

import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Array;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows our rows in the same words as {@link KernelReads}. */
final class OurReads {
  private OurReads() {}

  static List<String> rows(LooseTable table) {
    return rows(table, table.log().latest());
  }

  static List<String> rows(LooseTable table, DeltaSnapshot snapshot) {
    return table.query(snapshot, "SELECT * FROM t", row -> text(row, snapshot.schema()));
  }

  private static String text(ResultSet row, TableSchema schema) throws SQLException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < schema.columns().size(); i++) {
      DataType type = schema.columns().get(i).type();
      Object value =
          switch (type) {
            case DataType.TimestampType t -> row.getObject(i + 1, OffsetDateTime.class);
            case DataType.TimestampNtzType t -> row.getObject(i + 1, LocalDateTime.class);
            default -> row.getObject(i + 1);
          };
      text.append(i == 0 ? "" : "|").append(text(value, type));
    }
    return text.toString();
  }

  private static String text(@Nullable Object value, DataType type) throws SQLException {
    if (value == null) {
      return "null";
    }
    return switch (type) {
      case DataType.FloatType t -> Float.toString(((Number) value).floatValue());
      case DataType.DoubleType t -> Double.toString(((Number) value).doubleValue());
      case DataType.DecimalType t ->
          ((BigDecimal) value).setScale(t.scale(), RoundingMode.UNNECESSARY).toPlainString();
      case DataType.TimestampType t -> instant(value);
      case DataType.TimestampNtzType t -> instant(value);
      case DataType.BinaryType t -> HexFormat.of().formatHex(bytes(value));
      case DataType.ArrayType t -> elements((Object[]) ((Array) value).getArray(), t.element());
      case DataType.MapType t -> entries((Map<?, ?>) value, t);
      case DataType.StructType t -> fields(((Struct) value).getAttributes(), t);
      default -> value.toString();
    };
  }

  private static String instant(Object value) {
    return switch (value) {
      case OffsetDateTime time -> time.toInstant().toString();
      case LocalDateTime time -> time.toInstant(ZoneOffset.UTC).toString();
      case Timestamp time -> time.toInstant().toString();
      default -> throw new IllegalArgumentException("value: " + value.getClass());
    };
  }

  private static byte[] bytes(Object value) throws SQLException {
    return value instanceof Blob blob ? blob.getBytes(1, (int) blob.length()) : (byte[]) value;
  }

  private static String elements(Object[] values, DataType type) throws SQLException {
    List<String> texts = new ArrayList<>();
    for (Object value : values) {
      texts.add(text(value, type));
    }
    return "[" + String.join(", ", texts) + "]";
  }

  private static String entries(Map<?, ?> map, DataType.MapType type) throws SQLException {
    List<String> texts = new ArrayList<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      texts.add(text(entry.getKey(), type.key()) + "=" + text(entry.getValue(), type.value()));
    }
    Collections.sort(texts);
    return "{" + String.join(", ", texts) + "}";
  }

  private static String fields(Object[] values, DataType.StructType type) throws SQLException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      texts.add(text(values[i], type.fields().get(i).type()));
    }
    return "(" + String.join(", ", texts) + ")";
  }
}
