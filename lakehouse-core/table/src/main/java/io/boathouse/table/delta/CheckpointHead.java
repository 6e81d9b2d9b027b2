package io.boathouse.table.delta;

import io.boathouse.platform.json.Json;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.engine.JsonHandler;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * Schema and protocol of a checkpoint: one row each among those of all the table's files. Only
 * their columns are read, and what is found is handed to Kernel as a version's file would have it.
 */
final class CheckpointHead {
  private static final String PROTOCOL = "protocol";
  private static final String METADATA = "metaData";

  private CheckpointHead() {}

  /** Whether this is all that somebody wants to know of a checkpoint. */
  static boolean isAll(StructType wanted) {
    return Set.copyOf(wanted.fieldNames()).equals(Set.of(PROTOCOL, METADATA));
  }

  /** The rows that have either, none if the part has neither. */
  static List<ColumnarBatch> read(InputFile file, StructType wanted, JsonHandler json)
      throws IOException {
    List<String> lines = new ArrayList<>();
    try (ParquetFileReader reader = ParquetFileReader.open(new LogParquet(file))) {
      FileMetaData meta = reader.getFileMetaData();
      List<Type> groups =
          meta.getSchema().getFields().stream()
              .filter(field -> Set.of(PROTOCOL, METADATA).contains(field.getName()))
              .toList();
      if (groups.isEmpty()) {
        return List.of();
      }
      MessageType schema = new MessageType(meta.getSchema().getName(), groups);
      reader.setRequestedSchema(schema);
      for (PageReadStore group = reader.readNextRowGroup();
          group != null;
          group = reader.readNextRowGroup()) {
        read(new ColumnReads(schema, group, meta.getCreatedBy()), lines);
      }
    }
    return lines.isEmpty()
        ? List.of()
        : List.of(
            json.parseJson(
                VectorUtils.buildColumnVector(lines, StringType.STRING), wanted, Optional.empty()));
  }

  private static void read(ColumnReads columns, List<String> lines) {
    IntFunction<@Nullable Map<String, Object>> protocol = protocol(columns);
    IntFunction<@Nullable Map<String, Object>> metadata = metadata(columns);
    for (int row = 0; row < columns.rows(); row++) {
      Map<String, Object> line = new HashMap<>();
      put(line, PROTOCOL, protocol.apply(row));
      put(line, METADATA, metadata.apply(row));
      if (!line.isEmpty()) {
        lines.add(Json.writeText(line));
      }
    }
  }

  private static IntFunction<@Nullable Map<String, Object>> protocol(ColumnReads columns) {
    var reader = columns.numbers(PROTOCOL, "minReaderVersion");
    var writer = columns.numbers(PROTOCOL, "minWriterVersion");
    var readerFeatures = columns.lists(PROTOCOL, "readerFeatures");
    var writerFeatures = columns.lists(PROTOCOL, "writerFeatures");
    return row -> {
      if (reader.apply(row) == null) {
        return null;
      }
      Map<String, Object> fields = new HashMap<>();
      put(fields, "minReaderVersion", reader.apply(row));
      put(fields, "minWriterVersion", writer.apply(row));
      put(fields, "readerFeatures", readerFeatures.apply(row));
      put(fields, "writerFeatures", writerFeatures.apply(row));
      return fields;
    };
  }

  private static IntFunction<@Nullable Map<String, Object>> metadata(ColumnReads columns) {
    var id = columns.texts(METADATA, "id");
    var name = columns.texts(METADATA, "name");
    var description = columns.texts(METADATA, "description");
    var provider = columns.texts(METADATA, "format", "provider");
    var options = columns.maps(METADATA, "format", "options");
    var schema = columns.texts(METADATA, "schemaString");
    var partitionColumns = columns.lists(METADATA, "partitionColumns");
    var created = columns.numbers(METADATA, "createdTime");
    var configuration = columns.maps(METADATA, "configuration");
    return row -> {
      if (id.apply(row) == null) {
        return null;
      }
      Map<String, Object> fields = new HashMap<>();
      put(fields, "id", id.apply(row));
      put(fields, "name", name.apply(row));
      put(fields, "description", description.apply(row));
      Map<String, Object> format = new HashMap<>();
      put(format, "provider", provider.apply(row));
      put(format, "options", options.apply(row));
      put(fields, "format", format);
      put(fields, "schemaString", schema.apply(row));
      put(fields, "partitionColumns", partitionColumns.apply(row));
      put(fields, "createdTime", created.apply(row));
      put(fields, "configuration", configuration.apply(row));
      return fields;
    };
  }

  private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
    if (value != null) {
      fields.put(name, value);
    }
  }
}
