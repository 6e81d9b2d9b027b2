package io.boathouse.table.read;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.json.Json;
import io.boathouse.table.compute.MergedRows;
import io.boathouse.table.compute.TargetRows;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.read.Predicate.Compare;
import io.boathouse.table.read.Predicate.Operator;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DuckTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the files that can hold rows which a change is after, by the partition values and
 * statistics in the log.
 */
public final class FilePruning {
  private static final int LISTED_KEYS = 500;

  private final DuckSession session;
  private final DeltaSnapshot snapshot;

  private FilePruning(DuckSession session, DeltaSnapshot snapshot) {
    this.session = session;
    this.snapshot = snapshot;
  }

  /**
   * The files that may hold rows of a query over {@link TargetRows#VIEW}, all of them if it is none
   * that we understand.
   */
  public static List<DataFile> candidates(
      DuckSession session, DeltaSnapshot snapshot, String rows) {
    return snapshot.files().size() < 2
        ? snapshot.files()
        : new FilePruning(session, snapshot).candidates(rows);
  }

  /**
   * The files that may hold rows which a merge matches with its source, whose rows are in {@link
   * MergedRows#SOURCE}.
   *
   * @param matched the query that joins the two
   */
  public static List<DataFile> matching(
      DuckSession session, DeltaSnapshot snapshot, String matched) {
    return snapshot.files().size() < 2
        ? snapshot.files()
        : new FilePruning(session, snapshot).matching(matched);
  }

  private List<DataFile> candidates(String rows) {
    JsonNode query = parse(rows);
    JsonNode from = query.path("from_table");
    if (!isView(from, TargetRows.VIEW) || !query.path("where_clause").isObject()) {
      return snapshot.files();
    }
    String alias = from.path("alias").asText();
    return meeting(
        ConditionTree.of(query.path("where_clause"), names -> target(names, alias, true)));
  }

  private List<DataFile> matching(String matched) {
    JsonNode from = parse(matched).path("from_table");
    boolean understood =
        from.path("join_type").asText().equals("INNER")
            && from.path("ref_type").asText().equals("REGULAR")
            && from.path("using_columns").isEmpty()
            && isView(from.path("left"), TargetRows.VIEW)
            && isView(from.path("right"), MergedRows.SOURCE);
    if (!understood) {
      return snapshot.files();
    }
    String target = from.at("/left/alias").asText();
    String source = from.at("/right/alias").asText();
    JsonNode on = from.path("condition");
    List<Predicate> parts = new ArrayList<>();
    parts.add(ConditionTree.of(on, names -> target(names, target, false)));
    for (JsonNode part : conjuncts(on)) {
      if (part.path("type").asText().equals("COMPARE_EQUAL")) {
        keys(part.path("left"), part.path("right"), target, source).ifPresent(parts::add);
        keys(part.path("right"), part.path("left"), target, source).ifPresent(parts::add);
      }
    }
    return meeting(new Predicate.And(parts));
  }

  private static List<JsonNode> conjuncts(JsonNode condition) {
    List<JsonNode> parts = new ArrayList<>();
    if (condition.path("type").asText().equals("CONJUNCTION_AND")) {
      condition.path("children").forEach(child -> parts.addAll(conjuncts(child)));
    } else {
      parts.add(condition);
    }
    return parts;
  }

  /** A row of the target is matched only if its key is one of the source's. */
  private Optional<Predicate> keys(JsonNode left, JsonNode right, String target, String source) {
    Optional<Column> column = target(names(left), target, false);
    List<String> key = names(right);
    if (column.isEmpty()
        || !isKey(column.get().type())
        || key.size() != 2
        || !key.getFirst().equalsIgnoreCase(source)) {
      return Optional.empty();
    }
    String name = SqlText.identifier(key.getLast());
    String type =
        session
            .query(
                "SELECT typeof(%s) FROM %s LIMIT 1".formatted(name, MergedRows.SOURCE),
                row -> row.getString(1))
            .stream()
            .findFirst()
            .orElse("");
    return type.equals(DuckTypes.of(column.get().type()))
        ? Optional.of(among(column.get(), name))
        : Optional.empty();
  }

  private Predicate among(Column column, String key) {
    List<Comparable<?>> few =
        values(
            "SELECT DISTINCT CAST(%s AS VARCHAR) FROM %s WHERE %s IS NOT NULL LIMIT %d"
                .formatted(key, MergedRows.SOURCE, key, LISTED_KEYS + 1),
            column);
    if (few.size() <= LISTED_KEYS) {
      return new Predicate.In(column.name(), few);
    }
    List<Comparable<?>> bounds =
        values(
            "SELECT CAST(unnest([min(%s), max(%s)]) AS VARCHAR) FROM %s"
                .formatted(key, key, MergedRows.SOURCE),
            column);
    return new Predicate.And(
        List.of(
            new Compare(column.name(), Operator.GREATER_OR_EQUAL, bounds.getFirst()),
            new Compare(column.name(), Operator.LESS_OR_EQUAL, bounds.getLast())));
  }

  private List<Comparable<?>> values(String query, Column column) {
    return session.<Comparable<?>>query(
        query, row -> ColumnValues.parse(row.getString(1), column.type()).orElseThrow());
  }

  private static boolean isKey(DataType type) {
    return switch (type) {
      case DataType.ByteType t -> true;
      case DataType.ShortType t -> true;
      case DataType.IntegerType t -> true;
      case DataType.LongType t -> true;
      case DataType.StringType t -> true;
      default -> false;
    };
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    if (node.path("class").asText().equals("COLUMN_REF")) {
      node.path("column_names").forEach(name -> names.add(name.asText()));
    }
    return names;
  }

  private Optional<Column> target(List<String> names, String alias, boolean alone) {
    boolean ours =
        (alone && names.size() == 1)
            || (names.size() == 2 && names.getFirst().equalsIgnoreCase(alias));
    return ours ? snapshot.schema().column(names.getLast()) : Optional.empty();
  }

  private List<DataFile> meeting(Predicate predicate) {
    return Pruning.files(snapshot, predicate);
  }

  private static boolean isView(JsonNode from, String view) {
    return from.path("type").asText().equals("BASE_TABLE")
        && from.path("table_name").asText().equals(view)
        && from.path("column_name_alias").isEmpty();
  }

  private JsonNode parse(String sql) {
    return Json.parse(
            session.query("SELECT json_serialize_sql(?)", row -> row.getString(1), sql).getFirst())
        .at("/statements/0/node");
  }
}
