package io.boathouse.featurestore.table;

import io.boathouse.featurestore.online.OnlineTable.OnlineColumn;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.platform.error.LakeException;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import java.util.Optional;

/**
 * A key or a feature of a feature table.
 *
 * @param type what it is in training sets and online, where narrower types have widened
 * @param sqlType what it is in the table
 */
public record FeatureColumn(String name, ValueType type, String sqlType, Optional<String> comment) {

  /**
   * The column as a key or feature.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if the type can be neither
   */
  static FeatureColumn of(Column column, Optional<String> comment) {
    ValueType value =
        switch (column.type()) {
          case DataType.BooleanType t -> ValueType.BOOLEAN;
          case DataType.ByteType t -> ValueType.LONG;
          case DataType.ShortType t -> ValueType.LONG;
          case DataType.IntegerType t -> ValueType.LONG;
          case DataType.LongType t -> ValueType.LONG;
          case DataType.FloatType t -> ValueType.DOUBLE;
          case DataType.DoubleType t -> ValueType.DOUBLE;
          case DataType.StringType t -> ValueType.STRING;
          case DataType.TimestampType t -> ValueType.TIMESTAMP;
          case DataType.DecimalType t -> throw notServed(column);
          case DataType.BinaryType t -> throw notServed(column);
          case DataType.DateType t -> throw notServed(column);
          case DataType.TimestampNtzType t -> throw notServed(column);
          case DataType.ArrayType t -> throw notServed(column);
          case DataType.StructType t -> throw notServed(column);
          case DataType.MapType t -> throw notServed(column);
        };
    return new FeatureColumn(column.name(), value, column.type().text(), comment);
  }

  private static LakeException notServed(Column column) {
    return FeatureTableErrors.typeNotServed(column.name(), column.type().text());
  }

  OnlineColumn online() {
    return new OnlineColumn(name, type);
  }
}
