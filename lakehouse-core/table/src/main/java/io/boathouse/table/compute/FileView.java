package io.boathouse.table.compute;

import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DuckTypes;
import io.boathouse.table.type.StoredField;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A version of a table as a view over exactly its files. Partition columns come from the log, rows
 * that a deletion vector marks are left out, columns that a file lacks are null, and columns that
 * have other names in the files are found by name or number as the table says.
 */
public final class FileView {
  private final DuckSession session;
  private final DeltaSnapshot snapshot;
  private final FileStore folder;
  private final List<DataFile> files;
  private final RowColumns more;

  private FileView(DuckSession session, FileStore folder, List<DataFile> files, RowColumns more) {
    this.session = session;
    this.snapshot = more.snapshot();
    this.folder = folder;
    this.files = files;
    this.more = more;
  }

  /**
   * Makes a TEMP view in the session, which must have access to the files.
   *
   * @throws io.boathouse.platform.error.LakeException UNSUPPORTED naming what cannot be shown
   */
  public static void create(
      DuckSession session, String name, DeltaSnapshot snapshot, FileStore folder) {
    create(session, name, snapshot, folder, snapshot.files());
  }

  /**
   * Makes a TEMP view over some of the version's files.
   *
   * @throws io.boathouse.platform.error.LakeException UNSUPPORTED naming what cannot be shown
   */
  public static void create(
      DuckSession session,
      String name,
      DeltaSnapshot snapshot,
      FileStore folder,
      List<DataFile> files) {
    new FileView(session, folder, files, RowColumns.none(snapshot)).create(name);
  }

  /** Some files of a version, with what is asked of their rows besides the table's columns. */
  public record Asked(DeltaSnapshot snapshot, List<DataFile> files, Set<MetadataField> metadata) {}

  /**
   * Makes a TEMP view as above whose rows have what is asked for besides.
   *
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if the table does not
   *     track its rows
   */
  public static void create(DuckSession session, String name, Asked asked, FileStore folder) {
    DeltaSnapshot snapshot = asked.snapshot();
    boolean taken = snapshot.schema().column(MetadataField.STRUCT).isPresent();
    if (taken && !asked.metadata().isEmpty()) {
      throw SchemaErrors.metadataHidden();
    }
    RowColumns more = new RowColumns(snapshot, Optional.empty(), false, asked.metadata());
    new FileView(session, folder, asked.files(), more).create(name);
  }

  /** Makes a TEMP view over some of the files whose rows have their numbers, if there are any. */
  public static void createMoving(
      DuckSession session,
      String name,
      DeltaSnapshot snapshot,
      FileStore folder,
      List<DataFile> files) {
    boolean tracked = snapshot.rowTracking().isPresent();
    RowColumns more = new RowColumns(snapshot, Optional.empty(), tracked, Set.of());
    new FileView(session, folder, files, more).create(name);
  }

  /** Makes a TEMP view over some of the files, with more columns than the table's. */
  static void create(
      DuckSession session, String name, FileStore folder, List<DataFile> files, RowColumns more) {
    new FileView(session, folder, files, more).create(name);
  }

  private void create(String name) {
    session.execute("CREATE OR REPLACE TEMP VIEW " + SqlText.identifier(name) + " AS " + select());
  }

  /** Files that can be read by one list: of one partition and, as far as names tell, one schema. */
  private record Group(
      Map<String, @Nullable String> partitionValues, Optional<String> columns, boolean alike) {}

  private String select() {
    boolean byNumber = snapshot.mapping() == DeltaSnapshot.Mapping.ID;
    boolean foreign =
        files.stream().anyMatch(file -> DataFileNames.columnsOf(file.path()).isEmpty());
    if (byNumber && foreign && Renaming.isNeeded(snapshot)) {
      throw SchemaErrors.notMappable("renamed fields inside a struct, found by number");
    }
    if (files.isEmpty()) {
      return "SELECT %s%s WHERE FALSE"
          .formatted(
              before(more.itemsOfNothing()),
              list(Map.<String, @Nullable String>of(), Set.of(), true));
    }
    Map<Group, List<DataFile>> groups = new LinkedHashMap<>();
    List<String> branches = new ArrayList<>();
    for (DataFile file : files) {
      if (file.deletedRows().isEmpty()) {
        groups.computeIfAbsent(groupOf(file), key -> new ArrayList<>()).add(file);
      } else {
        branches.add(withoutDeletedRows(file));
      }
    }
    for (var group : groups.entrySet()) {
      branches.add(branch(group.getKey(), group.getValue()));
    }
    return String.join(" UNION ALL ", branches);
  }

  private Group groupOf(DataFile file) {
    Optional<String> columns = DataFileNames.columnsOf(file.path());
    boolean alike = snapshot.mapping() != DeltaSnapshot.Mapping.ID && columns.isPresent();
    return new Group(file.partitionValues(), alike ? columns : Optional.empty(), alike);
  }

  private String branch(Group group, List<DataFile> alike) {
    List<Path> paths = alike.stream().map(file -> DamagedFiles.localCopy(folder, file)).toList();
    String source = source(paths, alike.size() > 1 && !group.alike(), false);
    Set<String> columns = columnsOf(source);
    return "SELECT "
        + before(more.items(alike, columns))
        + list(group.partitionValues(), columns, false)
        + " FROM "
        + source;
  }

  private String withoutDeletedRows(DataFile file) {
    String source = source(List.of(DamagedFiles.localCopy(folder, file)), false, true);
    Set<String> columns = columnsOf(source);
    long[] deleted = file.deletedRows().orElseThrow().positions();
    String positions =
        Arrays.stream(deleted).mapToObj(Long::toString).collect(Collectors.joining(", "));
    return "SELECT %s%s FROM %s AS data ANTI JOIN (SELECT unnest(CAST([%s] AS BIGINT[])) AS deleted) AS gone ON data.file_row_number = gone.deleted"
        .formatted(
            before(more.items(List.of(file), columns)),
            list(file.partitionValues(), columns, false),
            source,
            positions);
  }

  private static String before(List<String> items) {
    return items.stream().map(item -> item + ", ").collect(Collectors.joining());
  }

  private String source(List<Path> paths, boolean byName, boolean rowNumbers) {
    String options = byName ? ", union_by_name = true" : "";
    options += rowNumbers ? ", file_row_number = true" : "";
    if (snapshot.mapping() == DeltaSnapshot.Mapping.ID) {
      options = (rowNumbers ? ", file_row_number = true" : "") + ", schema = " + byFieldId();
    }
    return "read_parquet(" + SqlText.literal(paths) + options + ", hive_partitioning = false)";
  }

  /** Field numbers to the names by which the select list asks for them. */
  private String byFieldId() {
    return snapshot.schema().columns().stream()
        .filter(column -> !snapshot.partitionColumns().contains(column.name()))
        .map(
            column ->
                "%d: {name: %s, type: %s, default_value: NULL}"
                    .formatted(
                        snapshot.fieldId(column.name()),
                        SqlText.literal(snapshot.physicalName(column.name())),
                        SqlText.literal(DuckTypes.of(stored(column).type()))))
        .collect(Collectors.joining(", ", "MAP {", "}"));
  }

  private Set<String> columnsOf(String source) {
    return new HashSet<>(
        session.query("DESCRIBE SELECT * FROM " + source, row -> row.getString("column_name")));
  }

  private String list(Map<String, @Nullable String> partition, Set<String> inFiles, boolean empty) {
    Map<String, String> byLowerCase = new HashMap<>();
    inFiles.forEach(name -> byLowerCase.put(name.toLowerCase(Locale.ROOT), name));
    return snapshot.schema().columns().stream()
        .map(column -> item(column, partition, byLowerCase, empty))
        .collect(Collectors.joining(", "));
  }

  private String item(
      Column column,
      Map<String, @Nullable String> partition,
      Map<String, String> inFiles,
      boolean empty) {
    String value;
    if (snapshot.partitionColumns().contains(column.name())) {
      String text = empty ? null : partition.get(column.name());
      value = SqlText.literal(text == null || text.isEmpty() ? null : text);
    } else {
      StoredField field = stored(column);
      String physical = inFiles.get(field.name().toLowerCase(Locale.ROOT));
      value = physical == null ? "NULL" : value(SqlText.identifier(physical), field, column);
    }
    return "CAST(%s AS %s) AS %s"
        .formatted(value, DuckTypes.of(column.type()), SqlText.identifier(column.name()));
  }

  private StoredField stored(Column column) {
    return snapshot.stored().fields().get(snapshot.schema().columns().indexOf(column));
  }

  /** SQL of a column with the names of the schema inside. */
  static String value(String stored, StoredField field, Column column) {
    return Renaming.isNeeded(field.type(), column.type())
        ? Renaming.of(
            "CAST(%s AS %s)".formatted(stored, DuckTypes.of(field.type())),
            field.type(),
            column.type())
        : stored;
  }
}
