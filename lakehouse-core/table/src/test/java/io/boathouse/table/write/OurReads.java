package io.boathouse.table.write;

import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/** Shows our rows in the same words as {@link KernelReads}. */
final class OurReads {
  private OurReads() {}

  static List<String> rows(LooseTable table) {
    DeltaSnapshot snapshot = table.log().latest();
    return table.query(snapshot, "SELECT * FROM t", row -> text(row, snapshot.schema()));
  }

  private static String text(ResultSet row, TableSchema schema) throws SQLException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < schema.columns().size(); i++) {
      text.append(i == 0 ? "" : "|").append(text(row, i + 1, schema.columns().get(i).type()));
    }
    return text.toString();
  }

  private static String text(ResultSet row, int column, DataType type) throws SQLException {
    if (row.getObject(column) == null) {
      return "null";
    }
    return switch (type) {
      case DataType.FloatType t -> Float.toString(row.getFloat(column));
      case DataType.DoubleType t -> Double.toString(row.getDouble(column));
      case DataType.DecimalType t -> row.getObject(column, BigDecimal.class).toPlainString();
      case DataType.TimestampType t ->
          row.getObject(column, OffsetDateTime.class).toInstant().toString();
      case DataType.TimestampNtzType t ->
          row.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC).toString();
      case DataType.BinaryType t -> "…";
      case DataType.ArrayType t -> "…";
      case DataType.MapType t -> "…";
      case DataType.StructType t -> "…";
      default -> row.getString(column);
    };
  }
}
