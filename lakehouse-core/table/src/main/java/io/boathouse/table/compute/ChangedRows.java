package io.boathouse.table.compute;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.table.compute.FilledRows.Origin;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.RowTracking;
import io.boathouse.table.type.Filling;
import io.boathouse.table.type.TableSchema;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rows that a change takes away and those that it brings, each with the kind of the change, as
 * temporary tables and views of a session. Every expression of a statement is evaluated once.
 */
public final class ChangedRows {
  /** The column with the kind of a row's change; null where nothing is to be done. */
  public static final String KIND = "_boathouse_kind";

  public static final String DELETE = "delete";
  public static final String UPDATE = "update";
  public static final String INSERT = "insert";

  /** The rows that come, with the table's columns and the places where they were. */
  public static final String FRESH = "boathouse_fresh";

  static final String GONE = "boathouse_gone";

  private static final String PLACE =
      SqlText.identifier(TargetRows.FILE) + ", " + SqlText.identifier(TargetRows.ROW);

  /** The place of a row that is in no file yet. */
  static final String NOWHERE =
      "CAST(NULL AS INTEGER) AS %s, CAST(NULL AS BIGINT) AS %s"
          .formatted(SqlText.identifier(TargetRows.FILE), SqlText.identifier(TargetRows.ROW));

  private static final String MOVING = "boathouse_moving";

  private final DuckSession session;
  private final TargetRows target;
  private final TableSchema schema;
  private Map<String, Filling.Identity> numbered = Map.of();

  /** Where the changed rows are put together. */
  public ChangedRows(TargetRows target) {
    this.session = target.session();
    this.target = target;
    this.schema = target.snapshot().schema();
  }

  /**
   * Rows that go.
   *
   * @param rows trusted SQL that gives the places of the rows
   */
  public void delete(String rows) {
    makeTable(GONE, "SELECT %s, %s AS %s FROM (%s)", PLACE, text(DELETE), name(KIND), rows);
    makeView(
        FRESH, "SELECT %s, %s, %s AS %s WHERE FALSE", NOWHERE, nothing(), text(DELETE), name(KIND));
  }

  /**
   * Rows that go, and others that come.
   *
   * @param rows trusted SQL that gives the places of the rows that go
   * @param fresh trusted SQL that gives the others, with columns by name
   */
  public void replace(String rows, String fresh) {
    makeTable(GONE, "SELECT %s, %s AS %s FROM (%s)", PLACE, text(DELETE), name(KIND), rows);
    String filled = new FilledRows(session, schema, Origin.OUTSIDE).of(fresh, List.of());
    makeTable(FRESH, "SELECT %s, *, %s AS %s FROM (%s)", NOWHERE, text(INSERT), name(KIND), filled);
    numbered =
        FilledRows.numbered(
            schema, Set.copyOf(ParquetFiles.describe(session, fresh).names()), fresh(INSERT));
  }

  /**
   * Rows that get other values.
   *
   * @param rows trusted SQL that gives the places of the rows and all their columns by name
   */
  public void update(String rows) {
    makeTable(
        "boathouse_changed",
        "%s",
        new FilledRows(session, schema, Origin.CHANGED)
            .of(rows, List.of(TargetRows.FILE, TargetRows.ROW)));
    makeView(GONE, "SELECT %s, %s AS %s FROM boathouse_changed", PLACE, text(UPDATE), name(KIND));
    makeView(
        FRESH,
        "SELECT %s, %s, %s AS %s FROM boathouse_changed",
        PLACE,
        columns(),
        text(UPDATE),
        name(KIND));
  }

  /** Puts a merge together out of its parts, which {@link MergedRows} made. */
  void merge(List<String> gone, List<String> fresh) {
    makeTable(GONE, "%s", String.join(" UNION ALL ", gone));
    makeView(
        FRESH,
        "%s",
        fresh.isEmpty()
            ? "SELECT %s, %s, '' AS %s WHERE FALSE".formatted(NOWHERE, nothing(), name(KIND))
            : String.join(" UNION ALL ", fresh));
  }

  /** The identity columns of which rows got numbers, with the last ones. */
  public Map<String, Filling.Identity> numbered() {
    return numbered;
  }

  /** The inserted rows of a merge were numbered. */
  void number(Map<String, Filling.Identity> identities) {
    numbered = Map.copyOf(identities);
  }

  /** How many rows go out of each file. */
  public Map<Integer, Long> gonePerFile() {
    Map<Integer, Long> counts = new LinkedHashMap<>();
    session
        .query(
            "SELECT %s, count(*) FROM %s GROUP BY 1 ORDER BY 1"
                .formatted(name(TargetRows.FILE), GONE),
            row -> Map.entry(row.getInt(1), row.getLong(2)))
        .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
    return counts;
  }

  /** Where the rows that go out of a file are. */
  public long[] positions(int file) {
    return session
        .query(
            "SELECT %s FROM %s WHERE %s = ?"
                .formatted(name(TargetRows.ROW), GONE, name(TargetRows.FILE)),
            row -> row.getLong(1),
            file)
        .stream()
        .mapToLong(Long::longValue)
        .toArray();
  }

  /** How many rows go for a kind of change. */
  public long gone(String kind) {
    return count(GONE, kind);
  }

  /** Whether any row comes. */
  public boolean hasFresh() {
    return MergedRows.isAny(session, "SELECT 1 FROM " + FRESH);
  }

  /** How many rows come by a kind of change. */
  public long fresh(String kind) {
    return count(FRESH, kind);
  }

  /**
   * The query of the rows that have to be written.
   *
   * @param touched files that rows go out of
   * @param rewritten those of them whose other rows are written again
   */
  public String written(Collection<DataFile> touched, Collection<DataFile> rewritten) {
    Optional<RowTracking> tracking = target.snapshot().rowTracking();
    String fresh = tracking.map(columns -> tracked(columns, touched)).orElseGet(this::untracked);
    if (rewritten.isEmpty()) {
      return fresh;
    }
    target.showMoving("boathouse_rewritten", List.copyOf(rewritten));
    String numbers =
        tracking
            .map(known -> ", " + name(known.idColumn()) + ", " + name(known.versionColumn()))
            .orElse("");
    return "%s UNION ALL SELECT %s%s FROM boathouse_rewritten AS old ANTI JOIN %s AS gone USING (%s)"
        .formatted(fresh, columns(), numbers, GONE, PLACE);
  }

  private String untracked() {
    return "SELECT " + columns() + " FROM " + FRESH;
  }

  /** Rows that change keep their ids, and are of the version that they are written in. */
  private String tracked(RowTracking tracking, Collection<DataFile> touched) {
    target.showMoving(MOVING, List.copyOf(touched));
    return "SELECT %s, %s, CAST(NULL AS BIGINT) AS %s FROM %s AS fresh LEFT JOIN (SELECT %s, %s FROM %s) AS before USING (%s)"
        .formatted(
            columns(),
            name(tracking.idColumn()),
            name(tracking.versionColumn()),
            FRESH,
            PLACE,
            name(tracking.idColumn()),
            MOVING,
            PLACE);
  }

  /**
   * The query of the rows of the change feed.
   *
   * @param touched files that rows go out of
   * @param kindColumn its column for the kind of the change
   */
  public String feed(Collection<DataFile> touched, String kindColumn) {
    String kind = "CASE %s WHEN 'update' THEN %s ELSE %s END AS %s";
    String after =
        kind.formatted(name(KIND), text("update_postimage"), name(KIND), name(kindColumn));
    String before =
        kind.formatted(name(KIND), text("update_preimage"), name(KIND), name(kindColumn));
    target.show("boathouse_touched", List.copyOf(touched));
    return "SELECT %s, %s FROM boathouse_touched AS old JOIN %s AS gone USING (%s) UNION ALL SELECT %s, %s FROM %s"
        .formatted(columns(), before, GONE, PLACE, columns(), after, FRESH);
  }

  String columns() {
    return SqlText.identifiers(schema.names());
  }

  private String nothing() {
    return schema.columns().stream()
        .map(column -> Assignment.nullOf(column) + " AS " + name(column.name()))
        .collect(Collectors.joining(", "));
  }

  private long count(String table, String kind) {
    return session
        .query(
            "SELECT count(*) FROM %s WHERE %s = ?".formatted(table, name(KIND)),
            row -> row.getLong(1),
            kind)
        .getFirst();
  }

  @FormatMethod
  private void makeTable(String table, @FormatString String template, Object... parts) {
    session.execute("CREATE TEMP TABLE " + table + " AS " + template.formatted(parts));
  }

  @FormatMethod
  private void makeView(String view, @FormatString String template, Object... parts) {
    session.execute("CREATE TEMP VIEW " + view + " AS " + template.formatted(parts));
  }

  private static String name(String name) {
    return SqlText.identifier(name);
  }

  private static String text(String text) {
    return SqlText.literal(text);
  }
}
