package io.boathouse.table.compute;

import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
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
  private final Optional<Map<StoragePath, Integer>> numbers;

  private FileView(
      DuckSession session,
      DeltaSnapshot snapshot,
      FileStore folder,
      List<DataFile> files,
      Optional<Map<StoragePath, Integer>> numbers) {
    this.session = session;
    this.snapshot = snapshot;
    this.folder = folder;
    this.files = files;
    this.numbers = numbers;
  }

  /**
   * Makes a TEMP view in the session, which must have access to the files.
   *
   * @throws io.boathouse.platform.error.LakeException UNSUPPORTED naming what cannot be shown
   */
  public static void create(
      DuckSession session, String name, DeltaSnapshot snapshot, FileStore folder) {
    new FileView(session, snapshot, folder, snapshot.files(), Optional.empty()).create(name);
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
    new FileView(session, snapshot, folder, files, Optional.empty()).create(name);
  }

  /**
   * Makes a TEMP view over some of the files, whose rows tell where they are: the number of their
   * file and their position in it.
   */
  static void createWithPositions(
      DuckSession session, String name, DeltaSnapshot snapshot, FileStore folder, Numbered files) {
    new FileView(session, snapshot, folder, files.shown(), Optional.of(files.numbers()))
        .create(name);
  }

  /** Some files of a version, and the numbers of at least these. */
  record Numbered(List<DataFile> shown, Map<StoragePath, Integer> numbers) {}

  private void create(String name) {
    session.execute("CREATE OR REPLACE TEMP VIEW " + SqlText.identifier(name) + " AS " + select());
  }

  /** Files that can be read by one list: of one partition and, as far as names tell, one schema. */
  private record Group(
      Map<String, @Nullable String> partitionValues, Optional<String> columns, boolean alike) {}

  private String select() {
    if (snapshot.mapping() == DeltaSnapshot.Mapping.ID && Renaming.isNeeded(snapshot)) {
      throw SchemaErrors.notMappable("renamed fields inside a struct, found by number");
    }
    if (files.isEmpty()) {
      String positions = numbers.isPresent() ? positions("CAST(0 AS INTEGER)", "0") : "";
      return "SELECT %s%s WHERE FALSE"
          .formatted(positions, list(Map.<String, @Nullable String>of(), Set.of(), true));
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
    return "SELECT "
        + positions(alike)
        + list(group.partitionValues(), columnsOf(source), false)
        + " FROM "
        + source;
  }

  private String withoutDeletedRows(DataFile file) {
    String source = source(List.of(DamagedFiles.localCopy(folder, file)), false, true);
    long[] deleted = file.deletedRows().orElseThrow().positions();
    String positions =
        Arrays.stream(deleted).mapToObj(Long::toString).collect(Collectors.joining(", "));
    return "SELECT %s%s FROM %s AS data ANTI JOIN (SELECT unnest(CAST([%s] AS BIGINT[])) AS deleted) AS gone ON data.file_row_number = gone.deleted"
        .formatted(
            positions(List.of(file)),
            list(file.partitionValues(), columnsOf(source), false),
            source,
            positions);
  }

  /** The engine counts the files of each list from 0. */
  private String positions(List<DataFile> listed) {
    if (numbers.isEmpty()) {
      return "";
    }
    String known =
        listed.stream()
            .map(file -> Integer.toString(numbers.get().getOrDefault(file.path(), -1)))
            .collect(Collectors.joining(", ", "CAST([", "] AS INTEGER[])"));
    return positions(known + "[CAST(file_index AS INTEGER) + 1]", "file_row_number");
  }

  private static String positions(String file, String row) {
    return "%s AS %s, CAST(%s AS BIGINT) AS %s, "
        .formatted(
            file, SqlText.identifier(TargetRows.FILE), row, SqlText.identifier(TargetRows.ROW));
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
                        SqlText.literal(DuckTypes.of(column.type()))))
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
      StoredField field =
          snapshot.stored().fields().get(snapshot.schema().columns().indexOf(column));
      String physical = inFiles.get(field.name().toLowerCase(Locale.ROOT));
      value = physical == null ? "NULL" : value(SqlText.identifier(physical), field, column);
    }
    return "CAST(%s AS %s) AS %s"
        .formatted(value, DuckTypes.of(column.type()), SqlText.identifier(column.name()));
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
