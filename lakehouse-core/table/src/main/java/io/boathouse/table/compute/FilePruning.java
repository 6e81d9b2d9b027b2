package io.boathouse.table.compute;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.json.Json;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the files that can hold rows which a query over {@link TargetRows#VIEW} is after, by the
 * partition values and statistics in the log. Only comparisons of a column with a constant, IS
 * NULL, AND and OR are understood; whatever else a condition says keeps a file.
 */
public final class FilePruning {
  private static final String ANY = "TRUE";

  private final DuckSession session;
  private final DeltaSnapshot snapshot;
  private final Set<Column> used = new LinkedHashSet<>();
  private String alias = "";

  private FilePruning(DuckSession session, DeltaSnapshot snapshot) {
    this.session = session;
    this.snapshot = snapshot;
  }

  /** The files that may hold rows of the query, all of them if it is none that we understand. */
  public static List<DataFile> candidates(
      DuckSession session, DeltaSnapshot snapshot, String rows) {
    return snapshot.files().size() < 2
        ? snapshot.files()
        : new FilePruning(session, snapshot).candidates(rows);
  }

  private List<DataFile> candidates(String rows) {
    JsonNode query = parse(rows).at("/statements/0/node");
    JsonNode from = query.path("from_table");
    if (!from.path("type").asText().equals("BASE_TABLE")
        || !from.path("table_name").asText().equals(TargetRows.VIEW)
        || !query.path("where_clause").isObject()) {
      return snapshot.files();
    }
    alias = from.path("alias").asText();
    String condition = may(query.path("where_clause"));
    if (condition.equals(ANY)) {
      return snapshot.files();
    }
    Set<Integer> kept =
        new HashSet<>(
            session.query(
                "SELECT file FROM (%s) WHERE %s".formatted(bounds(), condition),
                row -> row.getInt(1)));
    List<DataFile> files = new ArrayList<>();
    for (int i = 0; i < snapshot.files().size(); i++) {
      if (kept.contains(i)) {
        files.add(snapshot.files().get(i));
      }
    }
    return files;
  }

  /** What must be so of a file's bounds if a row of it meets the condition. */
  private String may(JsonNode condition) {
    return switch (condition.path("type").asText()) {
      case "CONJUNCTION_AND" -> together(condition.path("children"), " AND ");
      case "CONJUNCTION_OR" -> together(condition.path("children"), " OR ");
      case "COMPARE_IN" -> in(condition.path("children"));
      case "COMPARE_BETWEEN" -> between(condition);
      case "OPERATOR_IS_NULL" ->
          column(condition.path("children").path(0))
              .map(name -> "(nulls_%s IS NULL OR nulls_%s > 0)".formatted(name, name))
              .orElse(ANY);
      case "OPERATOR_IS_NOT_NULL" ->
          column(condition.path("children").path(0)).map(FilePruning::hasValues).orElse(ANY);
      default -> comparison(condition);
    };
  }

  private String together(JsonNode parts, String word) {
    List<String> conditions = new ArrayList<>();
    parts.forEach(part -> conditions.add(may(part)));
    boolean any =
        word.equals(" OR ") ? conditions.contains(ANY) : conditions.stream().allMatch(ANY::equals);
    return any ? ANY : "(" + String.join(word, conditions) + ")";
  }

  private String in(JsonNode children) {
    Optional<String> name = column(children.path(0));
    List<String> conditions = new ArrayList<>();
    for (int i = 1; i < children.size(); i++) {
      Optional<String> value = constant(children.get(i));
      if (name.isEmpty() || value.isEmpty()) {
        return ANY;
      }
      conditions.add(compared(name.get(), "COMPARE_EQUAL", value.get()));
    }
    return conditions.isEmpty() ? ANY : "(" + String.join(" OR ", conditions) + ")";
  }

  private String between(JsonNode condition) {
    Optional<String> name = column(condition.path("input"));
    Optional<String> lower = constant(condition.path("lower"));
    Optional<String> upper = constant(condition.path("upper"));
    if (name.isEmpty() || lower.isEmpty() || upper.isEmpty()) {
      return ANY;
    }
    return "(%s AND %s)"
        .formatted(
            compared(name.get(), "COMPARE_GREATERTHANOREQUALTO", lower.get()),
            compared(name.get(), "COMPARE_LESSTHANOREQUALTO", upper.get()));
  }

  private String comparison(JsonNode condition) {
    String type = condition.path("type").asText();
    Optional<String> left = column(condition.path("left"));
    Optional<String> value = constant(condition.path(left.isPresent() ? "right" : "left"));
    Optional<String> name = left.isPresent() ? left : column(condition.path("right"));
    return name.isEmpty() || value.isEmpty()
        ? ANY
        : compared(name.get(), left.isPresent() ? type : turned(type), value.get());
  }

  private static String turned(String type) {
    return switch (type) {
      case "COMPARE_LESSTHAN" -> "COMPARE_GREATERTHAN";
      case "COMPARE_GREATERTHAN" -> "COMPARE_LESSTHAN";
      case "COMPARE_LESSTHANOREQUALTO" -> "COMPARE_GREATERTHANOREQUALTO";
      case "COMPARE_GREATERTHANOREQUALTO" -> "COMPARE_LESSTHANOREQUALTO";
      default -> type;
    };
  }

  /** A comparison is true of no null, so a file of nulls alone has no such row. */
  private static String compared(String name, String type, String value) {
    String below = "(min_%s IS NULL OR min_%s %s %s)";
    String above = "(max_%s IS NULL OR max_%s %s %s)";
    String bounds =
        switch (type) {
          case "COMPARE_EQUAL" ->
              below.formatted(name, name, "<=", value)
                  + " AND "
                  + above.formatted(name, name, ">=", value);
          case "COMPARE_LESSTHAN" -> below.formatted(name, name, "<", value);
          case "COMPARE_LESSTHANOREQUALTO" -> below.formatted(name, name, "<=", value);
          case "COMPARE_GREATERTHAN" -> above.formatted(name, name, ">", value);
          case "COMPARE_GREATERTHANOREQUALTO" -> above.formatted(name, name, ">=", value);
          default -> ANY;
        };
    return bounds.equals(ANY) ? ANY : "(" + bounds + " AND " + hasValues(name) + ")";
  }

  private static String hasValues(String name) {
    return "(nulls_%s IS NULL OR total IS NULL OR nulls_%s < total)".formatted(name, name);
  }

  /** The number of a column of the table whose values have an order that bounds keep. */
  private Optional<String> column(JsonNode node) {
    JsonNode names = node.path("column_names");
    boolean ours =
        names.size() == 1 || (names.size() == 2 && names.get(0).asText().equalsIgnoreCase(alias));
    if (!node.path("class").asText().equals("COLUMN_REF") || !ours) {
      return Optional.empty();
    }
    Optional<Column> column = snapshot.schema().column(names.get(names.size() - 1).asText());
    boolean ordered =
        column
            .map(
                known ->
                    switch (known.type()) {
                      case DataType.ByteType t -> true;
                      case DataType.ShortType t -> true;
                      case DataType.IntegerType t -> true;
                      case DataType.LongType t -> true;
                      case DataType.DecimalType t -> true;
                      case DataType.StringType t -> true;
                      case DataType.DateType t -> true;
                      case DataType.TimestampType t -> true;
                      case DataType.TimestampNtzType t -> true;
                      default -> false;
                    })
            .orElse(false);
    column.filter(known -> ordered).ifPresent(used::add);
    return column
        .filter(known -> ordered)
        .map(known -> Integer.toString(snapshot.schema().columns().indexOf(known)));
  }

  /** The text of a constant, or of one that is cast. */
  private Optional<String> constant(JsonNode node) {
    JsonNode inner = node;
    while (inner.path("type").asText().equals("OPERATOR_CAST")) {
      inner = inner.path("child");
    }
    if (!inner.path("class").asText().equals("CONSTANT")) {
      return Optional.empty();
    }
    ObjectNode query = (ObjectNode) parse("SELECT 1");
    ((ArrayNode) query.at("/statements/0/node/select_list")).set(0, node);
    String text =
        session
            .query(
                "SELECT json_deserialize_sql(CAST(? AS JSON))",
                row -> row.getString(1),
                Json.writeText(query))
            .getFirst();
    return text.startsWith("SELECT ") ? Optional.of(text.substring(7)) : Optional.empty();
  }

  private JsonNode parse(String sql) {
    return Json.parse(
        session.query("SELECT json_serialize_sql(?)", row -> row.getString(1), sql).getFirst());
  }

  private String bounds() {
    List<String> names = new ArrayList<>(List.of("file", "total"));
    used.forEach(
        column -> {
          int number = snapshot.schema().columns().indexOf(column);
          names.addAll(List.of("min_" + number, "max_" + number, "nulls_" + number));
        });
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < snapshot.files().size(); i++) {
      rows.add("(" + i + ", " + FileBounds.of(snapshot, snapshot.files().get(i), used) + ")");
    }
    return "SELECT * FROM (VALUES %s) AS bounds(%s)"
        .formatted(String.join(", ", rows), SqlText.identifiers(names));
  }
}
