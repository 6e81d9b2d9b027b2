package io.boathouse.table.write;

import io.delta.kernel.Scan;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.MapValue;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.MetadataColumnSpec;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * Reads a table with Delta Kernel's own engine: its files, its Parquet reader, none of our code.
 */
public final class KernelReads {
  private KernelReads() {}

  /** All rows as text, columns joined by a bar, nested values in the words of {@link OurReads}. */
  public static List<String> rows(Path table) throws IOException {
    return rows(table, schema -> schema);
  }

  /** All rows as above, with the row's id and the version that wrote it at the end. */
  public static List<String> trackedRows(Path table) throws IOException {
    return rows(
        table,
        schema ->
            schema
                .addMetadataColumn("row_id", MetadataColumnSpec.ROW_ID)
                .addMetadataColumn("row_commit_version", MetadataColumnSpec.ROW_COMMIT_VERSION));
  }

  private static List<String> rows(Path table, UnaryOperator<StructType> wanted)
      throws IOException {
    Engine engine = DefaultEngine.create(new Configuration());
    Snapshot snapshot = TableManager.loadSnapshot(table.toUri().toString()).build(engine);
    return rows(engine, snapshot, wanted);
  }

  /** As the other, of a version that is loaded already. */
  public static List<String> rows(Engine engine, Snapshot snapshot) throws IOException {
    return rows(engine, snapshot, schema -> schema);
  }

  private static List<String> rows(
      Engine engine, Snapshot snapshot, UnaryOperator<StructType> wanted) throws IOException {
    Scan scan =
        snapshot.getScanBuilder().withReadSchema(wanted.apply(snapshot.getSchema())).build();
    Row state = scan.getScanState(engine);
    StructType physical = ScanStateRow.getPhysicalDataReadSchema(state);
    List<String> rows = new ArrayList<>();
    try (CloseableIterator<FilteredColumnarBatch> files = scan.getScanFiles(engine)) {
      while (files.hasNext()) {
        try (CloseableIterator<Row> file = files.next().getRows()) {
          while (file.hasNext()) {
            read(engine, state, physical, file.next(), rows);
          }
        }
      }
    }
    return rows;
  }

  private static void read(
      Engine engine, Row state, StructType physical, Row file, List<String> rows)
      throws IOException {
    FileStatus status = InternalScanFileUtils.getAddFileStatus(file);
    CloseableIterator<ColumnarBatch> data =
        engine
            .getParquetHandler()
            .readParquetFiles(Utils.singletonCloseableIterator(status), physical, Optional.empty())
            .map(result -> result.getData());
    try (CloseableIterator<FilteredColumnarBatch> batches =
        Scan.transformPhysicalData(engine, state, file, data)) {
      while (batches.hasNext()) {
        add(batches.next(), rows);
      }
    }
  }

  private static void add(FilteredColumnarBatch filtered, List<String> rows) {
    ColumnarBatch batch = filtered.getData();
    for (int row = 0; row < batch.getSize(); row++) {
      int at = row;
      boolean kept =
          filtered
              .getSelectionVector()
              .map(selected -> !selected.isNullAt(at) && selected.getBoolean(at))
              .orElse(true);
      if (kept) {
        StringBuilder text = new StringBuilder();
        for (int column = 0; column < batch.getSchema().length(); column++) {
          text.append(column == 0 ? "" : "|").append(text(batch.getColumnVector(column), row));
        }
        rows.add(text.toString());
      }
    }
  }

  private static String text(ColumnVector vector, int row) {
    DataType type = vector.getDataType();
    if (vector.isNullAt(row)) {
      return "null";
    }
    return switch (type) {
      case io.delta.kernel.types.BooleanType t -> Boolean.toString(vector.getBoolean(row));
      case io.delta.kernel.types.ByteType t -> Byte.toString(vector.getByte(row));
      case io.delta.kernel.types.ShortType t -> Short.toString(vector.getShort(row));
      case io.delta.kernel.types.IntegerType t -> Integer.toString(vector.getInt(row));
      case io.delta.kernel.types.LongType t -> Long.toString(vector.getLong(row));
      case io.delta.kernel.types.FloatType t -> Float.toString(vector.getFloat(row));
      case io.delta.kernel.types.DoubleType t -> Double.toString(vector.getDouble(row));
      case io.delta.kernel.types.DecimalType t -> vector.getDecimal(row).toPlainString();
      case io.delta.kernel.types.StringType t -> vector.getString(row);
      case io.delta.kernel.types.DateType t -> LocalDate.ofEpochDay(vector.getInt(row)).toString();
      case io.delta.kernel.types.TimestampType t -> instant(vector.getLong(row));
      case io.delta.kernel.types.TimestampNTZType t -> instant(vector.getLong(row));
      case io.delta.kernel.types.BinaryType t -> HexFormat.of().formatHex(vector.getBinary(row));
      case io.delta.kernel.types.ArrayType t -> elements(vector.getArray(row).getElements());
      case io.delta.kernel.types.MapType t -> entries(vector.getMap(row));
      case StructType t ->
          IntStream.range(0, t.length())
              .mapToObj(field -> text(vector.getChild(field), row))
              .collect(Collectors.joining(", ", "(", ")"));
      default -> throw new IllegalArgumentException("type: " + type);
    };
  }

  private static String elements(ColumnVector values) {
    return IntStream.range(0, values.getSize())
        .mapToObj(i -> text(values, i))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String entries(MapValue map) {
    return IntStream.range(0, map.getSize())
        .mapToObj(i -> text(map.getKeys(), i) + "=" + text(map.getValues(), i))
        .sorted()
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
  }
}
