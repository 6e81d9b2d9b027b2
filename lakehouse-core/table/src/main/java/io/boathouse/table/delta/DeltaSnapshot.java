package io.boathouse.table.delta;

import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DeltaTypes;
import io.boathouse.table.type.TableSchema;
import io.delta.kernel.Scan;
import io.delta.kernel.Snapshot;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.deletionvectors.DeletionVectorUtils;
import io.delta.kernel.internal.util.ColumnMapping;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One version of a table: its schema, its properties, its files. Thread-safe; files are read once.
 */
public final class DeltaSnapshot {
  static final String CONSTRAINT = "delta.constraints.";

  private final Engine engine;
  private final Snapshot snapshot;
  private final TableSchema schema;
  private final Instant at;
  private @Nullable List<DataFile> files;

  DeltaSnapshot(Engine engine, Snapshot snapshot) {
    this.engine = engine;
    this.snapshot = snapshot;
    this.schema = DeltaTypes.of(snapshot.getSchema());
    this.at = Instant.ofEpochMilli(snapshot.getTimestamp(engine));
  }

  public long version() {
    return snapshot.getVersion();
  }

  /** When the version was committed. */
  public Instant at() {
    return at;
  }

  public TableSchema schema() {
    return schema;
  }

  public List<String> partitionColumns() {
    return snapshot.getPartitionColumnNames();
  }

  /** Delta's own properties and the user's. */
  public Map<String, String> properties() {
    return snapshot.getTableProperties();
  }

  /** The expressions that every row must meet, by the names of the constraints. */
  public Map<String, String> constraints() {
    Map<String, String> found = new TreeMap<>();
    properties()
        .forEach(
            (key, expression) -> {
              if (key.startsWith(CONSTRAINT)) {
                found.put(key.substring(CONSTRAINT.length()), expression);
              }
            });
    return found;
  }

  /** Whether changed rows are kept for readers of the change feed. */
  public boolean hasChangeFeed() {
    return "true".equals(properties().get("delta.enableChangeDataFeed"));
  }

  /** How columns are found in the files. */
  public enum Mapping {
    /** By the name of the schema. */
    NONE,
    /** By a name of the files' own. */
    NAME,
    /** By the number of the Parquet field. */
    ID
  }

  public Mapping mapping() {
    return switch (ColumnMapping.getColumnMappingMode(properties())) {
      case NONE -> Mapping.NONE;
      case NAME -> Mapping.NAME;
      case ID -> Mapping.ID;
    };
  }

  /** The name of a top-level column in the data files and the statistics. */
  public String physicalName(String column) {
    return mapping() == Mapping.NONE
        ? column
        : ColumnMapping.getPhysicalName(snapshot.getSchema().get(column));
  }

  /** The number of a top-level column in the data files. */
  public int fieldId(String column) {
    return ColumnMapping.getColumnId(snapshot.getSchema().get(column));
  }

  /** Whether fields inside structs have other names in the files than in the schema. */
  public boolean hasRenamedNestedFields() {
    if (mapping() == Mapping.NONE) {
      return false;
    }
    for (StructField field : snapshot.getSchema().fields()) {
      if (renamed(field.getDataType())) {
        return true;
      }
    }
    return false;
  }

  private static boolean renamed(io.delta.kernel.types.DataType type) {
    return switch (type) {
      case StructType struct ->
          struct.fields().stream()
              .anyMatch(
                  field ->
                      !ColumnMapping.getPhysicalName(field).equals(field.getName())
                          || renamed(field.getDataType()));
      case io.delta.kernel.types.ArrayType array -> renamed(array.getElementType());
      case io.delta.kernel.types.MapType map ->
          renamed(map.getKeyType()) || renamed(map.getValueType());
      default -> false;
    };
  }

  /** The last version that an application wrote, by its own count. */
  public Optional<Long> lastTransaction(String appId) {
    return DeltaLog.translating(() -> snapshot.getLatestTransactionVersion(engine, appId));
  }

  /** The files that make this version, in the log's order. */
  public synchronized List<DataFile> files() {
    List<DataFile> known = files;
    if (known == null) {
      known = DeltaLog.translating(this::scan);
      files = known;
    }
    return known;
  }

  Snapshot kernel() {
    return snapshot;
  }

  /** The log's own rows of the files, for removing them. */
  List<AddFile> addFiles() {
    List<AddFile> found = new ArrayList<>();
    forEachFile(
        row -> found.add(new AddFile(row.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL))));
    return found;
  }

  private List<DataFile> scan() {
    Map<String, String> physical = new HashMap<>();
    for (Column column : schema.columns()) {
      physical.put(column.name(), physicalName(column.name()));
    }
    List<DataFile> found = new ArrayList<>();
    forEachFile(row -> found.add(file(row, physical)));
    return List.copyOf(found);
  }

  private DataFile file(Row row, Map<String, String> physical) {
    AddFile add = new AddFile(row.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL));
    Optional<FileStatistics> statistics =
        add.getStatsJson().flatMap(json -> StatisticsJson.parse(json, schema, physical));
    Optional<DataFile.DeletedRows> deleted =
        Optional.ofNullable(InternalScanFileUtils.getDeletionVectorDescriptorFromRow(row))
            .map(Deleted::new);
    long deletedCount = deleted.map(DataFile.DeletedRows::count).orElse(0L);
    Map<String, @Nullable String> partition = new HashMap<>();
    Map<String, String> written = InternalScanFileUtils.getPartitionValues(row);
    for (String column : partitionColumns()) {
      partition.put(column, written.get(physical.getOrDefault(column, column)));
    }
    return new DataFile(
        pathOf(add.getPath()),
        add.getSize(),
        statistics.map(known -> known.rows() - deletedCount),
        statistics,
        partition,
        deleted);
  }

  /** A path in the log is a URI reference; an absolute one leaves the table's folder. */
  static StoragePath pathOf(String logged) {
    URI uri;
    try {
      uri = URI.create(logged);
    } catch (IllegalArgumentException e) {
      throw DeltaErrors.broken("it names a file that is no path", e);
    }
    if (uri.isAbsolute() || logged.startsWith("/")) {
      throw DeltaErrors.unsupported("a file outside the table's folder");
    }
    return StoragePath.of(uri.getPath());
  }

  private void forEachFile(Consumer<Row> consumer) {
    Scan scan = snapshot.getScanBuilder().build();
    try (CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(engine, true)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          while (rows.hasNext()) {
            consumer.accept(rows.next());
          }
        }
      }
    } catch (IOException e) {
      throw DeltaErrors.internal("The list of the table's files could not be closed", e);
    }
  }

  /** Reads its deletion vector when asked where the rows are. */
  private final class Deleted implements DataFile.DeletedRows {
    private final DeletionVectorDescriptor descriptor;

    Deleted(DeletionVectorDescriptor descriptor) {
      this.descriptor = descriptor;
    }

    @Override
    public long count() {
      return descriptor.getCardinality();
    }

    @Override
    public long[] positions() {
      return DeltaLog.translating(
          () ->
              DeletionVectorUtils.loadNewDvAndBitmap(engine, StoreFileIo.ROOT, descriptor)
                  ._2
                  .toArray());
    }
  }
}
