package io.boathouse.table.compute;

import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.table.delta.ChangedFile;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DuckTypes;
import io.boathouse.table.type.StoredField;
import io.boathouse.table.type.TableSchema;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Changed rows of a table as a view over the files that hold them: the columns of one version, null
 * where a file was written before a column came, and what happened to each row, in which version
 * and when.
 */
public final class FeedView {
  public static final String CHANGE_TYPE = "_change_type";
  public static final String COMMIT_VERSION = "_commit_version";
  public static final String COMMIT_TIMESTAMP = "_commit_timestamp";

  /** The columns that a change feed adds to the table's. */
  public static final List<Column> COLUMNS =
      List.of(
          Column.of(CHANGE_TYPE, new DataType.StringType()),
          Column.of(COMMIT_VERSION, new DataType.LongType()),
          Column.of(COMMIT_TIMESTAMP, new DataType.TimestampType()));

  private static final String TABLE = "data";

  private final DuckSession session;
  private final DeltaSnapshot snapshot;
  private final FileStore folder;

  private final boolean positions;

  private FeedView(
      DuckSession session, DeltaSnapshot snapshot, FileStore folder, boolean positions) {
    this.session = session;
    this.snapshot = snapshot;
    this.folder = folder;
    this.positions = positions;
  }

  /** A file with rows that a version changed. */
  public record Source(ChangedFile rows, long version, Instant at) {}

  /**
   * The columns of the feed of a version.
   *
   * @throws io.boathouse.platform.error.LakeException UNSUPPORTED if the table has columns of the
   *     same names, or files that cannot be shown
   */
  public static TableSchema schema(DeltaSnapshot snapshot) {
    for (Column column : COLUMNS) {
      if (snapshot.schema().column(column.name()).isPresent()) {
        throw SchemaErrors.notMappable("a column '" + column.name() + "' of its own");
      }
    }
    if (snapshot.mapping() == DeltaSnapshot.Mapping.ID) {
      throw SchemaErrors.notMappable("a change feed of columns that are mapped by id");
    }
    List<Column> columns = new ArrayList<>(snapshot.schema().columns());
    columns.addAll(COLUMNS);
    return new TableSchema(columns);
  }

  /** Makes a TEMP view in the session, which must have access to the files. */
  public static void create(
      DuckSession session,
      String name,
      DeltaSnapshot snapshot,
      FileStore folder,
      List<Source> sources) {
    new FeedView(session, snapshot, folder, false).create(name, sources);
  }

  /** Makes a view of the rows of one file, which tell where in it they are. */
  static void createWithPositions(
      DuckSession session, String name, DeltaSnapshot snapshot, FileStore folder, Source source) {
    new FeedView(session, snapshot, folder, true).create(name, List.of(source));
  }

  private void create(String name, List<Source> sources) {
    session.execute(
        "CREATE OR REPLACE TEMP VIEW " + SqlText.identifier(name) + " AS " + select(sources));
  }

  /** Files that one list can read. */
  private record Group(
      ChangedFile.Kind kind,
      Map<String, @Nullable String> partitionValues,
      Optional<String> columns) {}

  private String select(List<Source> sources) {
    TableSchema columns = schema(snapshot);
    Map<Group, List<Source>> groups = new LinkedHashMap<>();
    List<String> branches = new ArrayList<>();
    for (Source source : sources) {
      ChangedFile rows = source.rows();
      if (rows.only().isPresent() || rows.file().deletedRows().isPresent()) {
        someRows(source).ifPresent(branches::add);
      } else {
        groups.computeIfAbsent(groupOf(rows), key -> new ArrayList<>()).add(source);
      }
    }
    groups.forEach((group, alike) -> branches.add(branch(group, alike)));
    return branches.isEmpty() ? nothing(columns) : String.join(" UNION ALL ", branches);
  }

  private String nothing(TableSchema columns) {
    return columns.columns().stream()
        .map(column -> cast("NULL", column))
        .collect(
            Collectors.joining(
                ", ",
                positions ? "SELECT 0 AS " + SqlText.identifier(TargetRows.ROW) + ", " : "SELECT ",
                " WHERE FALSE"));
  }

  private static Group groupOf(ChangedFile rows) {
    return new Group(
        rows.kind(), rows.file().partitionValues(), DataFileNames.columnsOf(rows.file().path()));
  }

  /** The engine counts the files of each list from 0, so that they can differ in their commits. */
  private String branch(Group group, List<Source> alike) {
    boolean byName = alike.size() > 1 && group.columns().isEmpty();
    String source = source(alike.stream().map(FeedView::file).toList(), byName);
    String place = "[CAST(file_index AS INTEGER) + 1]";
    String versions =
        "CAST(["
            + joined(alike.stream().map(one -> Long.toString(one.version())).toList())
            + "] AS BIGINT[])"
            + place;
    String times =
        "CAST(["
            + joined(alike.stream().map(one -> Long.toString(micros(one.at()))).toList())
            + "] AS BIGINT[])"
            + place;
    return "SELECT %s FROM %s AS %s"
        .formatted(
            list(group.kind(), group.partitionValues(), source, versions, times), source, TABLE);
  }

  /** Rows of one file by their positions; none if the file lost and got none. */
  private Optional<String> someRows(Source changed) {
    ChangedFile rows = changed.rows();
    String source = source(List.of(rows.file()), false);
    String select =
        "SELECT %s FROM %s AS %s"
            .formatted(
                list(
                    rows.kind(),
                    rows.file().partitionValues(),
                    source,
                    Long.toString(changed.version()),
                    Long.toString(micros(changed.at()))),
                source,
                TABLE);
    String joins = "";
    if (rows.only().isPresent()) {
      long[] wanted = rows.only().get().positions();
      if (wanted.length == 0) {
        return Optional.empty();
      }
      joins = join("SEMI", wanted);
    }
    if (rows.file().deletedRows().isPresent()) {
      joins += join("ANTI", rows.file().deletedRows().get().positions());
    }
    return Optional.of(select + joins);
  }

  private static String join(String kind, long[] positions) {
    return " %s JOIN (SELECT unnest(CAST([%s] AS BIGINT[])) AS place) AS %s ON %s.file_row_number = %s.place"
        .formatted(
            kind,
            Arrays.stream(positions).mapToObj(Long::toString).collect(Collectors.joining(", ")),
            kind.toLowerCase(Locale.ROOT) + "_rows",
            TABLE,
            kind.toLowerCase(Locale.ROOT) + "_rows");
  }

  private static DataFile file(Source source) {
    return source.rows().file();
  }

  private String source(List<DataFile> files, boolean byName) {
    List<Path> paths = files.stream().map(this::localCopy).toList();
    return "read_parquet(%s%s, hive_partitioning = false)"
        .formatted(SqlText.literal(paths), byName ? ", union_by_name = true" : "");
  }

  /** Some writers do not tell the size of files that they remove. */
  private Path localCopy(DataFile file) {
    return file.size() > 0 ? DamagedFiles.localCopy(folder, file) : folder.localCopy(file.path());
  }

  private String list(
      ChangedFile.Kind kind,
      Map<String, @Nullable String> partition,
      String source,
      String version,
      String micros) {
    Map<String, String> inFiles = new HashMap<>();
    for (String name :
        session.query("DESCRIBE SELECT * FROM " + source, row -> row.getString("column_name"))) {
      inFiles.put(name.toLowerCase(Locale.ROOT), name);
    }
    List<String> items = new ArrayList<>();
    for (Column column : snapshot.schema().columns()) {
      items.add(cast(value(column, partition, inFiles), column));
    }
    String type =
        switch (kind) {
          case INSERT -> SqlText.literal("insert");
          case DELETE -> SqlText.literal("delete");
          case EACH_ROW_TELLS -> SqlText.identifier(CHANGE_TYPE);
        };
    items.add(cast(type, COLUMNS.get(0)));
    items.add(cast(version, COLUMNS.get(1)));
    items.add(cast("make_timestamp(CAST(" + micros + " AS BIGINT))", COLUMNS.get(2)));
    if (positions) {
      items.add("CAST(file_row_number AS BIGINT) AS " + SqlText.identifier(TargetRows.ROW));
    }
    return joined(items);
  }

  private String value(
      Column column, Map<String, @Nullable String> partition, Map<String, String> inFiles) {
    if (snapshot.partitionColumns().contains(column.name())) {
      String text = partition.get(column.name());
      return SqlText.literal(text == null || text.isEmpty() ? null : text);
    }
    StoredField field = snapshot.stored().fields().get(snapshot.schema().columns().indexOf(column));
    String name = inFiles.get(field.name().toLowerCase(Locale.ROOT));
    return name == null
        ? "NULL"
        : FileView.value(SqlText.identifier(TABLE) + "." + SqlText.identifier(name), field, column);
  }

  private static String cast(String value, Column column) {
    return "CAST(%s AS %s) AS %s"
        .formatted(value, DuckTypes.of(column.type()), SqlText.identifier(column.name()));
  }

  private static String joined(List<String> parts) {
    return String.join(", ", parts);
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
