package io.boathouse.table.compute;

import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.table.compute.FilledRows.Origin;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.Filling;
import io.boathouse.table.type.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * The steps of a merge in a session: the source is evaluated once, joined once, and every row of
 * the target or the source gets at most one kind of change.
 */
public final class MergedRows {
  /** The rows of the source. */
  public static final String SOURCE = "boathouse_source";

  /** The rows of the source that no row of the target meets. */
  public static final String UNMATCHED_SOURCE = "boathouse_unmatched_source";

  /** The rows of the target that no row of the source meets, with their places. */
  public static final String UNMATCHED_TARGET = "boathouse_unmatched_target";

  /** The column with the number of a source's row. */
  public static final String SOURCE_ROW = "_boathouse_source";

  private static final String MATCHED = "boathouse_matched";
  private static final String INSERTED = "boathouse_inserted";
  private static final String UNMATCHED = "boathouse_unmatched";
  private static final Set<String> OURS =
      Set.of(TargetRows.FILE, TargetRows.ROW, SOURCE_ROW, ChangedRows.KIND);

  private final DuckSession session;
  private final ChangedRows rows;
  private final TableSchema schema;
  private final List<String> gone = new ArrayList<>();
  private final List<String> fresh = new ArrayList<>();
  private boolean joined;
  private boolean changingUnmatched;

  /**
   * @param rows gets what the merge changes
   */
  public MergedRows(TargetRows target, ChangedRows rows) {
    this.session = target.session();
    this.rows = rows;
    this.schema = target.snapshot().schema();
  }

  /** Whether a query gives any row. */
  public static boolean isAny(DuckSession session, String select) {
    return !session.query("SELECT 1 FROM (" + select + ") LIMIT 1", row -> 1).isEmpty();
  }

  /**
   * Fails if a query gives a row.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT
   */
  public static void requireNone(DuckSession session, String misfits) {
    if (isAny(session, misfits)) {
      throw SchemaErrors.outsideReplaced();
    }
  }

  /** Evaluates the source, once for all. */
  public static void evaluate(DuckSession session, String source) {
    session.execute(
        "CREATE TEMP TABLE %s AS SELECT row_number() OVER () AS %s, * FROM (%s)"
            .formatted(SOURCE, SqlText.identifier(SOURCE_ROW), source));
  }

  /**
   * Joins the evaluated source with the target.
   *
   * @param deletesOnly whether a row may be met more than once, since it goes anyway
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if a row of the target would
   *     be changed by several rows of the source
   */
  public void join(String matched, boolean deletesOnly) {
    session.execute("CREATE TEMP TABLE %s AS %s".formatted(MATCHED, matched));
    if (!deletesOnly
        && isAny(
            session,
            "SELECT 1 FROM %s WHERE %s IS NOT NULL GROUP BY %s HAVING count(*) > 1"
                .formatted(MATCHED, ChangedRows.KIND, place()))) {
      throw SchemaErrors.severalMatches();
    }
    session.execute(
        "CREATE TEMP VIEW %s AS SELECT s.* FROM %s AS s ANTI JOIN %s AS m USING (%s)"
            .formatted(UNMATCHED_SOURCE, SOURCE, MATCHED, SOURCE_ROW));
    session.execute(
        "CREATE TEMP VIEW %s AS SELECT t.* FROM %s AS t ANTI JOIN %s AS m USING (%s)"
            .formatted(UNMATCHED_TARGET, TargetRows.VIEW, MATCHED, place()));
    gone.add(
        "SELECT %s %s, %s FROM %s WHERE %s IS NOT NULL"
            .formatted(
                deletesOnly ? "DISTINCT" : "",
                place(),
                ChangedRows.KIND,
                MATCHED,
                ChangedRows.KIND));
    fresh.add(changed(MATCHED, ChangedRows.UPDATE));
    joined = true;
  }

  /**
   * Sees that the columns that a clause sets are the table's and of fitting types.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the column
   */
  public void requireFits(String assigned) {
    List<Column> columns = new ArrayList<>(ParquetFiles.describe(session, assigned).columns());
    columns.removeIf(column -> OURS.contains(column.name()));
    Assignment.requireFits(schema, new TableSchema(columns));
  }

  /** Rows of the unmatched source come in. */
  public void insert(String inserted) {
    StringJoiner items = new StringJoiner(", ");
    items.add(ChangedRows.KIND);
    for (Column column : schema.columns()) {
      String name = SqlText.identifier(column.name());
      String value = name;
      if (column.filling().orElse(null) instanceof Filling.Identity identity) {
        value =
            "coalesce(%s, CAST(%s AS BIGINT)) AS %s"
                .formatted(name, FilledRows.number(column, identity), name);
      }
      items.add(value);
    }
    session.execute(
        "CREATE TEMP TABLE %s AS SELECT %s FROM (%s) WHERE %s"
            .formatted(INSERTED, items, inserted, isKind(ChangedRows.INSERT)));
    long count = Long.parseLong(count(INSERTED, "TRUE"));
    rows.number(FilledRows.numbered(schema, Set.of(), count));
    fresh.add(changed(INSERTED, ChangedRows.INSERT));
  }

  /** Rows of the unmatched target change. */
  public void changeUnmatched(String unmatched) {
    session.execute("CREATE TEMP TABLE %s AS %s".formatted(UNMATCHED, unmatched));
    gone.add(
        "SELECT %s, %s FROM %s WHERE %s IS NOT NULL"
            .formatted(place(), ChangedRows.KIND, UNMATCHED, ChangedRows.KIND));
    fresh.add(changed(UNMATCHED, ChangedRows.UPDATE));
    changingUnmatched = true;
  }

  /** Hands the changed rows over. @return the row counts, by the names that Delta gives them */
  public Map<String, String> finish() {
    if (!joined) {
      throw new IllegalStateException("the source was not joined");
    }
    rows.merge(gone, fresh);
    Map<String, String> counts = new HashMap<>();
    counts.put("numSourceRows", count(SOURCE, "TRUE"));
    counts.put("numTargetRowsUpdated", Long.toString(rows.gone(ChangedRows.UPDATE)));
    counts.put("numTargetRowsDeleted", Long.toString(rows.gone(ChangedRows.DELETE)));
    counts.put("numTargetRowsInserted", Long.toString(rows.fresh(ChangedRows.INSERT)));
    counts.put("numTargetRowsMatchedUpdated", count(MATCHED, isKind(ChangedRows.UPDATE)));
    counts.put("numTargetRowsMatchedDeleted", count(MATCHED, isKind(ChangedRows.DELETE)));
    for (String kind : List.of(ChangedRows.UPDATE, ChangedRows.DELETE)) {
      counts.put(
          "numTargetRowsNotMatchedBySource" + (kind.equals("update") ? "Updated" : "Deleted"),
          changingUnmatched ? count(UNMATCHED, isKind(kind)) : "0");
    }
    return counts;
  }

  /** Numbers of the files with rows that a row of the source meets, changed or not. */
  public List<Integer> matchedFiles() {
    return session.query(
        "SELECT DISTINCT %s FROM %s".formatted(TargetRows.FILE, MATCHED), row -> row.getInt(1));
  }

  private String changed(String table, String kind) {
    String where = table.equals(INSERTED) ? ChangedRows.NOWHERE : place();
    return new FilledRows(session, schema, Origin.CHANGED)
        .of(
            "SELECT %s, %s, %s FROM %s WHERE %s"
                .formatted(where, rows.columns(), ChangedRows.KIND, table, isKind(kind)),
            List.of(TargetRows.FILE, TargetRows.ROW, ChangedRows.KIND));
  }

  private static String isKind(String kind) {
    return ChangedRows.KIND + " = " + SqlText.literal(kind);
  }

  private String count(String table, String condition) {
    return session
        .query(
            "SELECT count(*) FROM %s WHERE %s".formatted(table, condition),
            row -> Long.toString(row.getLong(1)))
        .getFirst();
  }

  private static String place() {
    return TargetRows.FILE + ", " + TargetRows.ROW;
  }
}
