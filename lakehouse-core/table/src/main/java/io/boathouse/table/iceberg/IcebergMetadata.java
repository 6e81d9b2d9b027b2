package io.boathouse.table.iceberg;

import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.mapping.NameMappingParser;

/**
 * Iceberg metadata of one Delta version, made when it is first asked for and kept in the table's
 * folder, where Delta looks at nothing that begins with an underscore. The one snapshot in it has
 * the version's number plus one. Deletion vectors become those of Iceberg's version 3 (Puffin).
 */
final class IcebergMetadata {
  private static final String FOLDER = "_iceberg";
  private static final int PLAIN = 2;
  private static final int WITH_DELETION_VECTORS = 3;

  private final FileStore folder;
  private final StoreIo io;
  private final String location;

  /**
   * @param folder of the table
   */
  IcebergMetadata(FileStore folder) {
    this.folder = folder;
    this.io = new StoreIo(folder);
    this.location = StoreIo.location(folder);
  }

  /** The metadata of a version, with the place where it is. */
  TableMetadata of(DeltaSnapshot delta, UUID tableId) {
    StoragePath file =
        StoragePath.of(
            String.format(
                Locale.ROOT, "%s/%s/v%d.metadata.json", FOLDER, log(delta), delta.version()));
    String place = location + "/" + file;
    if (folder.find(file).isEmpty()) {
      byte[] made =
          TableMetadataParser.toJson(make(delta, tableId)).getBytes(StandardCharsets.UTF_8);
      boolean unused = folder.putIfAbsent(file, made); // else another made the same meanwhile
    }
    return TableMetadataParser.read(io, place);
  }

  /** Another log in the same folder, as others may begin one, has other metadata. */
  private static UUID log(DeltaSnapshot delta) {
    return UUID.nameUUIDFromBytes(delta.facts().id().getBytes(StandardCharsets.UTF_8));
  }

  private TableMetadata make(DeltaSnapshot delta, UUID tableId) {
    IcebergSchema schema = new IcebergSchema(delta);
    PartitionSpec partitions = schema.partitions();
    List<DataFile> files = delta.files();
    boolean deleted = files.stream().anyMatch(file -> file.deletedRows().isPresent());
    Map<String, String> properties = new HashMap<>();
    properties.put(TableProperties.DEFAULT_NAME_MAPPING, NameMappingParser.toJson(schema.names()));
    TableMetadata empty =
        TableMetadata.buildFromEmpty(deleted ? WITH_DELETION_VECTORS : PLAIN)
            .assignUUID(tableId.toString())
            .setLocation(location)
            .setCurrentSchema(schema.schema(), schema.lastNumber())
            .setDefaultPartitionSpec(partitions)
            .setDefaultSortOrder(SortOrder.unsorted())
            .setProperties(properties)
            .build();
    Detached operations = new Detached(empty, io, location, delta.version() + 1);
    Table table = new BaseTable(operations, tableId.toString());
    IcebergFiles describe = new IcebergFiles(table.schema(), table.spec(), location);
    if (deleted) {
      withDeletionVectors(table, files, describe);
    } else {
      AppendFiles append = table.newFastAppend();
      files.forEach(file -> append.appendFile(describe.of(file)));
      append.commit();
    }
    return operations.current();
  }

  @SuppressWarnings("NullAway") // null is Iceberg's word for a file without earlier vectors
  private void withDeletionVectors(Table table, List<DataFile> files, IcebergFiles describe) {
    RowDelta delta = table.newRowDelta();
    OutputFileFactory puffins =
        OutputFileFactory.builderFor(table, 1, 1).format(FileFormat.PUFFIN).build();
    BaseDVFileWriter writer = new BaseDVFileWriter(puffins, path -> null);
    try (writer) {
      for (DataFile file : files) {
        delta.addRows(describe.of(file));
        Optional<DataFile.DeletedRows> gone = file.deletedRows();
        if (gone.isPresent()) {
          for (long position : gone.get().positions()) {
            writer.delete(describe.path(file), position, table.spec(), describe.partition(file));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (DeleteFile vector : writer.result().deleteFiles()) {
      delta.addDeletes(vector);
    }
    delta.commit();
  }

  /** A table in memory alone; only what its snapshot consists of is written. */
  private static final class Detached implements TableOperations {
    private final FileIO io;
    private final String location;
    private final long snapshotId;
    private TableMetadata current;

    Detached(TableMetadata start, FileIO io, String location, long snapshotId) {
      this.current = start;
      this.io = io;
      this.location = location;
      this.snapshotId = snapshotId;
    }

    @Override
    public TableMetadata current() {
      return current;
    }

    @Override
    public TableMetadata refresh() {
      return current;
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
      current = metadata;
    }

    @Override
    public FileIO io() {
      return io;
    }

    @Override
    public String metadataFileLocation(String name) {
      return "%s/%s/%s".formatted(location, FOLDER, name);
    }

    @Override
    public LocationProvider locationProvider() {
      return LocationProviders.locationsFor(
          location, Map.of(TableProperties.WRITE_DATA_LOCATION, location + "/" + FOLDER));
    }

    @Override
    public long newSnapshotId() {
      return snapshotId;
    }
  }
}
