package io.boathouse.table.type;

import java.util.Map;
import java.util.Optional;

/** Types without parameters under the names that Spark and DuckDB have for them. */
final class SimpleTypes {
  private static final Map<String, DataType> SPARK =
      Map.ofEntries(
          Map.entry("boolean", new DataType.BooleanType()),
          Map.entry("tinyint", new DataType.ByteType()),
          Map.entry("byte", new DataType.ByteType()),
          Map.entry("smallint", new DataType.ShortType()),
          Map.entry("short", new DataType.ShortType()),
          Map.entry("int", new DataType.IntegerType()),
          Map.entry("integer", new DataType.IntegerType()),
          Map.entry("bigint", new DataType.LongType()),
          Map.entry("long", new DataType.LongType()),
          Map.entry("float", new DataType.FloatType()),
          Map.entry("real", new DataType.FloatType()),
          Map.entry("double", new DataType.DoubleType()),
          Map.entry("string", new DataType.StringType()),
          Map.entry("varchar", new DataType.StringType()),
          Map.entry("text", new DataType.StringType()),
          Map.entry("binary", new DataType.BinaryType()),
          Map.entry("date", new DataType.DateType()),
          Map.entry("timestamp", new DataType.TimestampType()),
          Map.entry("timestamp_ltz", new DataType.TimestampType()),
          Map.entry("timestamp_ntz", new DataType.TimestampNtzType()));

  /** What DuckDB's own types are kept as; wider where ours are signed or coarser. */
  private static final Map<String, DataType> DUCKDB =
      Map.ofEntries(
          Map.entry("BOOLEAN", new DataType.BooleanType()),
          Map.entry("TINYINT", new DataType.ByteType()),
          Map.entry("SMALLINT", new DataType.ShortType()),
          Map.entry("UTINYINT", new DataType.ShortType()),
          Map.entry("INTEGER", new DataType.IntegerType()),
          Map.entry("USMALLINT", new DataType.IntegerType()),
          Map.entry("BIGINT", new DataType.LongType()),
          Map.entry("UINTEGER", new DataType.LongType()),
          Map.entry("UBIGINT", new DataType.DecimalType(20, 0)),
          Map.entry("HUGEINT", new DataType.DecimalType(38, 0)),
          Map.entry("FLOAT", new DataType.FloatType()),
          Map.entry("DOUBLE", new DataType.DoubleType()),
          Map.entry("VARCHAR", new DataType.StringType()),
          Map.entry("UUID", new DataType.StringType()),
          Map.entry("JSON", new DataType.StringType()),
          Map.entry("ENUM", new DataType.StringType()),
          Map.entry("TIME", new DataType.StringType()),
          Map.entry("BLOB", new DataType.BinaryType()),
          Map.entry("DATE", new DataType.DateType()),
          Map.entry("TIMESTAMP", new DataType.TimestampNtzType()),
          Map.entry("TIMESTAMP_S", new DataType.TimestampNtzType()),
          Map.entry("TIMESTAMP_MS", new DataType.TimestampNtzType()),
          Map.entry("TIMESTAMP_NS", new DataType.TimestampNtzType()),
          Map.entry("TIMESTAMP WITH TIME ZONE", new DataType.TimestampType()),
          Map.entry("\"NULL\"", new DataType.StringType()));

  private SimpleTypes() {}

  static Optional<DataType> spark(String name) {
    return Optional.ofNullable(SPARK.get(name));
  }

  static Optional<DataType> duckDb(String name) {
    return Optional.ofNullable(DUCKDB.get(name));
  }
}
