package io.boathouse.ingest.file;

import io.boathouse.ingest.file.LoadRequest.GeneratedKey;
import io.boathouse.ingest.file.LoadRequest.RejectRule;
import io.boathouse.ingest.file.LoadRequest.Shaping;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Decides about every row once, in a table of the session: which rule keeps it out, and whether it
 * repeats another. Duplicates are found by a hash first, so that only suspects are compared.
 */
final class RowJudgement {
  /** The view over the transform's rows that the rules are checked against. */
  static final String TRANSFORMED = "ingest_transformed";

  private static final String JUDGED = "ingest_judged";
  private static final String RULE = "ingest_rule";
  private static final String REPEATED = "ingest_repeated";

  private final DuckSession session;
  private final Shaping shaping;
  private final List<String> stored = new ArrayList<>();
  private long duplicates;

  RowJudgement(DuckSession session, Shaping shaping) {
    this.session = session;
    this.shaping = shaping;
  }

  /** The rules as one query from outside, to be governed. */
  static String rulesQuery(List<RejectRule> rules) {
    StringBuilder query = new StringBuilder("SELECT *, CASE");
    for (int i = 0; i < rules.size(); i++) {
      query.append(" WHEN (").append(rules.get(i).condition()).append("\n) THEN ").append(i);
    }
    return query.append(" END AS ").append(RULE).append(" FROM ").append(TRANSFORMED).toString();
  }

  /**
   * Evaluates the rows.
   *
   * @param transform trusted SQL that makes them
   * @param rules trusted SQL made of {@link #rulesQuery}; ignored if there are none
   */
  void evaluate(String transform, String rules) {
    session.execute("CREATE TEMP VIEW %s AS %s".formatted(TRANSFORMED, transform));
    List<String> made = FileReading.columns(session, TRANSFORMED);
    String judged =
        shaping.rejects().isEmpty()
            ? "SELECT *, CAST(NULL AS INTEGER) AS %s FROM %s".formatted(RULE, TRANSFORMED)
            : rules;
    session.execute("CREATE TEMP TABLE %s AS %s".formatted(JUDGED, judged));
    List<String> expected = new ArrayList<>(made);
    expected.add(RULE);
    if (!FileReading.columns(session, JUDGED).equals(expected)) {
      throw LoadErrors.notOneExpression();
    }
    for (String name : shaping.drop()) {
      requireKnown("shaping.drop", name, made);
    }
    made.stream()
        .filter(name -> !name.equals(FileReading.LINE))
        .filter(name -> shaping.drop().stream().noneMatch(name::equalsIgnoreCase))
        .forEach(stored::add);
    shaping
        .distinct()
        .ifPresent(by -> findDuplicates(distinctBy(by, made), made.contains(FileReading.LINE)));
    shaping.key().ifPresent(key -> requireUnique(key, made));
  }

  private List<String> distinctBy(List<String> asked, List<String> made) {
    asked.forEach(name -> requireKnown("distinct_on", name, made));
    return asked.isEmpty() ? stored : asked;
  }

  private void findDuplicates(List<String> by, boolean numbered) {
    String columns = SqlText.identifiers(by);
    session.execute(
        """
        CREATE TEMP TABLE %1$s AS
        SELECT id FROM (
          SELECT j.rowid AS id, row_number() OVER (PARTITION BY %2$s ORDER BY %3$s) AS place
          FROM %4$s j
          WHERE %5$s IS NULL AND hash(%2$s) IN (
            SELECT hash(%2$s) FROM %4$s WHERE %5$s IS NULL GROUP BY 1 HAVING count(*) > 1))
        WHERE place > 1
        """
            .formatted(REPEATED, columns, numbered ? FileReading.LINE : "j.rowid", JUDGED, RULE));
    duplicates = number("SELECT count(*) FROM " + REPEATED);
  }

  private void requireUnique(GeneratedKey key, List<String> made) {
    if (stored.stream().anyMatch(key.column()::equalsIgnoreCase)) {
      throw LoadErrors.columnTaken(key.column());
    }
    key.of().forEach(name -> requireKnown("shaping.key.of", name, made));
    long repeated =
        number(
            "SELECT count(*) - count(DISTINCT %s) FROM %s WHERE %s"
                .formatted(keyValue(key), JUDGED, kept()));
    if (repeated > 0) {
      throw LoadErrors.keyNotUnique(key.column(), key.of(), repeated);
    }
  }

  private static void requireKnown(String field, String name, List<String> made) {
    if (made.stream().noneMatch(name::equalsIgnoreCase)) {
      throw LoadErrors.unknownColumn(field, name, made);
    }
  }

  /** 63 bits of the MD5 of the columns' texts, with what separates them and nulls told apart. */
  private static String keyValue(GeneratedKey key) {
    String text =
        key.of().stream()
            .map(
                name ->
                    "coalesce(chr(1) || CAST(%s AS VARCHAR), chr(2))"
                        .formatted(SqlText.identifier(name)))
            .collect(Collectors.joining(", "));
    return "CAST(md5_number_upper(concat(%s)) >> 1 AS BIGINT)".formatted(text);
  }

  private String kept() {
    return RULE
        + " IS NULL"
        + (duplicates > 0 ? " AND rowid NOT IN (SELECT id FROM " + REPEATED + ")" : "");
  }

  /** The rows to be stored. */
  String rows() {
    String key =
        shaping
            .key()
            .map(made -> keyValue(made) + " AS " + SqlText.identifier(made.column()) + ", ")
            .orElse("");
    return "SELECT %s%s FROM %s WHERE %s"
        .formatted(key, SqlText.identifiers(stored), JUDGED, kept());
  }

  long written() {
    return number("SELECT count(*) FROM %s WHERE %s".formatted(JUDGED, kept()));
  }

  long duplicates() {
    return duplicates;
  }

  /** Rows kept out by reading or by rules, by reason. */
  Map<String, Long> rejected() {
    Map<String, Long> counts = new LinkedHashMap<>();
    session
        .query(
            "SELECT reason, count(*) FROM (%s) GROUP BY reason ORDER BY reason"
                .formatted(rejects()),
            row -> Map.entry(row.getString(1), row.getLong(2)))
        .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
    return counts;
  }

  /** Everything kept out: line, column_name, reason, row. */
  String rejects() {
    String unread = "SELECT line, column_name, reason, row FROM " + FileReading.UNREAD;
    if (shaping.rejects().isEmpty()) {
      return unread;
    }
    StringBuilder reason = new StringBuilder("CASE " + RULE);
    for (int i = 0; i < shaping.rejects().size(); i++) {
      reason
          .append(" WHEN ")
          .append(i)
          .append(" THEN ")
          .append(SqlText.literal(shaping.rejects().get(i).reason()));
    }
    boolean numbered = FileReading.columns(session, JUDGED).contains(FileReading.LINE);
    return "%s UNION ALL SELECT %s, NULL, %s END, CAST(to_json({%s}) AS VARCHAR) FROM %s WHERE %s IS NOT NULL"
        .formatted(unread, numbered ? FileReading.LINE : "NULL", reason, struct(), JUDGED, RULE);
  }

  private String struct() {
    return stored.stream()
        .map(name -> SqlText.literal(name) + ": " + SqlText.identifier(name))
        .collect(Collectors.joining(", "));
  }

  private long number(String query) {
    return session.query(query, row -> row.getLong(1)).getFirst();
  }
}
