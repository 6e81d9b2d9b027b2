package io.boathouse.table.write;

import io.boathouse.catalog.relation.RelationColumn;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DeltaTypes;
import io.boathouse.table.type.TableSchema;
import java.util.List;
import java.util.Optional;

/** A schema's columns as the catalog keeps them. */
public final class RelationColumns {
  private RelationColumns() {}

  public static List<RelationColumn> of(TableSchema schema, List<String> partitionColumns) {
    return schema.columns().stream().map(column -> one(column, partitionColumns)).toList();
  }

  private static RelationColumn one(Column column, List<String> partitionColumns) {
    Optional<DataType.DecimalType> decimal =
        column.type() instanceof DataType.DecimalType type ? Optional.of(type) : Optional.empty();
    int partition = partitionColumns.indexOf(column.name());
    return new RelationColumn(
        column.name(),
        column.type().text(),
        family(column.type()),
        Optional.of(DeltaTypes.json(column.type())),
        decimal.map(DataType.DecimalType::precision),
        decimal.map(DataType.DecimalType::scale),
        column.nullable(),
        column.comment(),
        partition < 0 ? Optional.empty() : Optional.of(partition));
  }

  /** Unity Catalog's word for the type. */
  private static String family(DataType type) {
    return switch (type) {
      case DataType.BooleanType t -> "BOOLEAN";
      case DataType.ByteType t -> "BYTE";
      case DataType.ShortType t -> "SHORT";
      case DataType.IntegerType t -> "INT";
      case DataType.LongType t -> "LONG";
      case DataType.FloatType t -> "FLOAT";
      case DataType.DoubleType t -> "DOUBLE";
      case DataType.DecimalType t -> "DECIMAL";
      case DataType.StringType t -> "STRING";
      case DataType.BinaryType t -> "BINARY";
      case DataType.DateType t -> "DATE";
      case DataType.TimestampType t -> "TIMESTAMP";
      case DataType.TimestampNtzType t -> "TIMESTAMP_NTZ";
      case DataType.ArrayType t -> "ARRAY";
      case DataType.StructType t -> "STRUCT";
      case DataType.MapType t -> "MAP";
    };
  }
}
