package io.boathouse.table.compute;

import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.delta.RowTracking;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Columns of a view that are none of the table's: where a row is, and what tells it apart across
 * versions.
 *
 * @param numbers of the files, if rows tell where they are
 * @param tracked whether rows have the columns in which files keep the numbers of rows
 * @param metadata fields of the struct by which queries ask for the rest
 */
record RowColumns(
    DeltaSnapshot snapshot,
    Optional<Map<StoragePath, Integer>> numbers,
    boolean tracked,
    Set<MetadataField> metadata) {

  static RowColumns none(DeltaSnapshot snapshot) {
    return new RowColumns(snapshot, Optional.empty(), false, Set.of());
  }

  /** Items of a select list over some files that are read together, in the order of the list. */
  List<String> items(List<DataFile> files, Set<String> inFiles) {
    List<String> items = new ArrayList<>();
    if (numbers.isPresent()) {
      items.add(
          as(
              ofFile(
                  files,
                  file -> Integer.toString(numbers.get().getOrDefault(file.path(), -1)),
                  "INTEGER"),
              TargetRows.FILE));
      items.add(as("CAST(file_row_number AS BIGINT)", TargetRows.ROW));
    }
    if (tracked) {
      RowTracking tracking = tracking();
      items.add(as(rowId(files, inFiles), tracking.idColumn()));
      items.add(as(rowVersion(files, inFiles), tracking.versionColumn()));
    }
    if (!metadata.isEmpty()) {
      items.add(struct(field -> value(field, files, inFiles)));
    }
    return items;
  }

  /** The same without a file. */
  List<String> itemsOfNothing() {
    List<String> items = new ArrayList<>();
    if (numbers.isPresent()) {
      items.add(as("CAST(0 AS INTEGER)", TargetRows.FILE));
      items.add(as("CAST(0 AS BIGINT)", TargetRows.ROW));
    }
    if (tracked) {
      RowTracking tracking = tracking();
      items.add(as("CAST(NULL AS BIGINT)", tracking.idColumn()));
      items.add(as("CAST(NULL AS BIGINT)", tracking.versionColumn()));
    }
    if (!metadata.isEmpty()) {
      items.add(struct(field -> "CAST(NULL AS " + field.type() + ")"));
    }
    return items;
  }

  private String struct(Function<MetadataField, String> value) {
    return metadata.stream()
        .sorted()
        .map(field -> field.field() + " := " + value.apply(field))
        .collect(
            Collectors.joining(
                ", ", "struct_pack(", ") AS " + SqlText.identifier(MetadataField.STRUCT)));
  }

  private String value(MetadataField field, List<DataFile> files, Set<String> inFiles) {
    return switch (field) {
      case ROW_ID -> rowId(files, inFiles);
      case ROW_COMMIT_VERSION -> rowVersion(files, inFiles);
      case FILE_PATH -> ofFile(files, file -> SqlText.literal(file.path().value()), "VARCHAR");
      case FILE_NAME -> ofFile(files, file -> SqlText.literal(file.path().name()), "VARCHAR");
      case FILE_SIZE -> ofFile(files, file -> Long.toString(file.size()), "BIGINT");
      case FILE_MODIFICATION_TIME ->
          "make_timestamptz(1000 * %s)"
              .formatted(
                  ofFile(files, file -> Long.toString(file.origin().modifiedAt()), "BIGINT"));
    };
  }

  private String rowId(List<DataFile> files, Set<String> inFiles) {
    String column = tracking().idColumn();
    String counted =
        ofFile(files, file -> known(file, file.origin().firstRowId()), "BIGINT")
            + " + CAST(file_row_number AS BIGINT)";
    return kept(column, inFiles, counted);
  }

  private String rowVersion(List<DataFile> files, Set<String> inFiles) {
    String column = tracking().versionColumn();
    return kept(
        column, inFiles, ofFile(files, file -> known(file, file.origin().version()), "BIGINT"));
  }

  private RowTracking tracking() {
    if (snapshot.mapping() == DeltaSnapshot.Mapping.ID) {
      throw SchemaErrors.notMappable("row tracking where columns are found by number");
    }
    return snapshot.rowTracking().orElseThrow(SchemaErrors::rowsNotTracked);
  }

  private static String known(DataFile file, Optional<Long> number) {
    return Long.toString(number.orElseThrow(() -> SchemaErrors.rowsWithoutNumbers(file.path())));
  }

  /** What a file keeps of a row that was in another one before, else what the log says. */
  private static String kept(String column, Set<String> inFiles, String counted) {
    Map<String, String> byLowerCase = new HashMap<>();
    inFiles.forEach(name -> byLowerCase.put(name.toLowerCase(Locale.ROOT), name));
    String name = byLowerCase.get(column.toLowerCase(Locale.ROOT));
    return name == null
        ? "(" + counted + ")"
        : "coalesce(CAST(%s AS BIGINT), %s)".formatted(SqlText.identifier(name), counted);
  }

  /** The engine counts the files of each list from 0. */
  private static String ofFile(
      List<DataFile> files, Function<DataFile, String> value, String type) {
    if (files.size() == 1) {
      return "CAST(%s AS %s)".formatted(value.apply(files.getFirst()), type);
    }
    return files.stream()
        .map(value)
        .collect(
            Collectors.joining(
                ", ", "CAST([", "] AS " + type + "[])[CAST(file_index AS INTEGER) + 1]"));
  }

  private static String as(String value, String name) {
    return value + " AS " + SqlText.identifier(name);
  }
}
