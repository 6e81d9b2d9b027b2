package io.boathouse.table.compute;

import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DuckTypes;
import io.boathouse.table.type.TableSchema;

/**
 * How rows become rows of a table: columns are matched by name whatever their case, a missing one
 * is null, and a type may differ only where every value arrives as it is or fails loudly.
 */
final class Assignment {
  private Assignment() {}

  /** Sees that every column is one of the table's. */
  static void requireKnown(TableSchema table, TableSchema found) {
    for (String name : found.names()) {
      if (table.column(name).isEmpty()) {
        throw SchemaErrors.unknownColumn(name, table.names());
      }
    }
  }

  /** What a column gets that the rows lack and nothing fills. */
  static String absent(Column column) {
    if (!column.nullable()) {
      throw SchemaErrors.missingColumn(column);
    }
    return nullOf(column);
  }

  /**
   * A value as the column's type.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the column, its type
   *     and the one expected
   */
  static String value(Column column, Column source) {
    if (!fits(source.type(), column.type())) {
      throw SchemaErrors.wrongType(column, source.type());
    }
    return "CAST(%s AS %s)"
        .formatted(SqlText.identifier(source.name()), DuckTypes.of(column.type()));
  }

  /** Sees that every column is one of the table's and of a fitting type. */
  static void requireFits(TableSchema table, TableSchema found) {
    for (Column source : found.columns()) {
      Column column =
          table
              .column(source.name())
              .orElseThrow(() -> SchemaErrors.unknownColumn(source.name(), table.names()));
      if (!fits(source.type(), column.type())) {
        throw SchemaErrors.wrongType(column, source.type());
      }
    }
  }

  static String nullOf(Column column) {
    return "CAST(NULL AS " + DuckTypes.of(column.type()) + ")";
  }

  static boolean fits(DataType from, DataType to) {
    return switch (to) {
      case DataType.ByteType t -> isWhole(from);
      case DataType.ShortType t -> isWhole(from);
      case DataType.IntegerType t -> isWhole(from);
      case DataType.LongType t -> isWhole(from);
      case DataType.DecimalType t ->
          isWhole(from) || (from instanceof DataType.DecimalType d && d.scale() <= t.scale());
      case DataType.FloatType t ->
          isWhole(from) || from instanceof DataType.DecimalType || from.equals(t);
      case DataType.DoubleType t ->
          isWhole(from)
              || from instanceof DataType.DecimalType
              || from instanceof DataType.FloatType
              || from.equals(t);
      case DataType.TimestampType t ->
          from instanceof DataType.DateType
              || from instanceof DataType.TimestampNtzType
              || from.equals(t);
      case DataType.TimestampNtzType t -> from instanceof DataType.DateType || from.equals(t);
      case DataType.BooleanType t -> from.equals(t);
      case DataType.StringType t -> from.equals(t);
      case DataType.BinaryType t -> from.equals(t);
      case DataType.DateType t -> from.equals(t);
      case DataType.ArrayType t ->
          from instanceof DataType.ArrayType a && fits(a.element(), t.element());
      case DataType.MapType t ->
          from instanceof DataType.MapType m
              && fits(m.key(), t.key())
              && fits(m.value(), t.value());
      case DataType.StructType t -> from instanceof DataType.StructType s && fieldsFit(s, t);
    };
  }

  /** As with columns, a field that is missing is null. */
  private static boolean fieldsFit(DataType.StructType from, DataType.StructType to) {
    boolean known =
        from.fields().stream()
            .allMatch(
                source ->
                    to.field(source.name())
                        .filter(field -> fits(source.type(), field.type()))
                        .isPresent());
    boolean complete =
        to.fields().stream()
            .allMatch(field -> field.nullable() || from.field(field.name()).isPresent());
    return known && complete && !from.fields().isEmpty();
  }

  private static boolean isWhole(DataType type) {
    return switch (type) {
      case DataType.ByteType t -> true;
      case DataType.ShortType t -> true;
      case DataType.IntegerType t -> true;
      case DataType.LongType t -> true;
      case DataType.DecimalType t -> t.scale() == 0;
      case DataType.BooleanType t -> false;
      case DataType.FloatType t -> false;
      case DataType.DoubleType t -> false;
      case DataType.StringType t -> false;
      case DataType.BinaryType t -> false;
      case DataType.DateType t -> false;
      case DataType.TimestampType t -> false;
      case DataType.TimestampNtzType t -> false;
      case DataType.ArrayType t -> false;
      case DataType.MapType t -> false;
      case DataType.StructType t -> false;
    };
  }
}
