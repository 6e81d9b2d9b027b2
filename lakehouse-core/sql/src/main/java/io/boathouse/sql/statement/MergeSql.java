package io.boathouse.sql.statement;

import static io.boathouse.sql.statement.ChangeSql.as;
import static io.boathouse.sql.statement.ChangeSql.cast;

import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.sql.grammar.MergeClause;
import io.boathouse.sql.grammar.MergeClause.Action;
import io.boathouse.sql.grammar.MergeClause.Of;
import io.boathouse.sql.grammar.Statement.Merge;
import io.boathouse.table.compute.ChangedRows;
import io.boathouse.table.compute.MergedRows;
import io.boathouse.table.compute.TargetRows;
import io.boathouse.table.type.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/** Makes the queries of a MERGE. The first clause of a row whose condition holds is the row's. */
final class MergeSql {
  private final ChangeSql sql;
  private final Merge merge;
  private final List<String> masked;
  private final String target;
  private final String source;
  private final List<Ready> clauses = new ArrayList<>();

  /** A clause whose expressions were looked at. */
  private record Ready(Of of, String condition, String kind, Map<String, String> values) {}

  /**
   * @param masked columns of which changed rows tell besides whether they keep what is stored
   */
  MergeSql(ChangeSql sql, Merge merge, List<String> masked) {
    this.sql = sql;
    this.masked = masked;
    this.merge = merge;
    this.target = merge.target().called();
    this.source = merge.sourceAlias();
    if (ChangeSql.canonical(target).equals(ChangeSql.canonical(source))) {
      throw StatementErrors.sameAlias(target);
    }
    merge.clauses().forEach(clause -> clauses.add(ready(clause)));
  }

  private Ready ready(MergeClause clause) {
    String kind =
        clause.of() == Of.NOT_MATCHED
            ? ChangedRows.INSERT
            : clause.action() instanceof Action.Delete ? ChangedRows.DELETE : ChangedRows.UPDATE;
    Map<String, String> values =
        switch (clause.action()) {
          case Action.Delete delete -> Map.of();
          case Action.SetAll all -> sql.valuesOf(source);
          case Action.Set set -> sql.values(set.assignments());
        };
    return new Ready(clause.of(), sql.condition(clause.condition()), kind, values);
  }

  /** Whether it is one clause that deletes whatever matches. */
  boolean deletesOnly() {
    MergeClause first = merge.clauses().getFirst();
    return merge.clauses().size() == 1
        && first.of() == Of.MATCHED
        && first.condition().isEmpty()
        && first.action() instanceof Action.Delete;
  }

  String matched() {
    return "SELECT %s, %s, %s, %s FROM %s JOIN %s ON %s"
        .formatted(
            place(),
            ChangeSql.of(source, MergedRows.SOURCE_ROW),
            kind(Of.MATCHED),
            columns(Of.MATCHED, true),
            from(TargetRows.VIEW, target),
            from(MergedRows.SOURCE, source),
            sql.value(merge.on()));
  }

  Optional<String> inserted() {
    return has(Of.NOT_MATCHED)
        ? Optional.of(
            "SELECT %s, %s FROM %s"
                .formatted(
                    kind(Of.NOT_MATCHED),
                    columns(Of.NOT_MATCHED, false),
                    from(MergedRows.UNMATCHED_SOURCE, source)))
        : Optional.empty();
  }

  Optional<String> unmatched() {
    return has(Of.NOT_MATCHED_BY_SOURCE)
        ? Optional.of(
            "SELECT %s, %s, %s FROM %s"
                .formatted(
                    place(),
                    kind(Of.NOT_MATCHED_BY_SOURCE),
                    columns(Of.NOT_MATCHED_BY_SOURCE, true),
                    from(MergedRows.UNMATCHED_TARGET, target)))
        : Optional.empty();
  }

  /** For each clause that sets columns the query that shows what it sets. */
  List<String> assigned() {
    List<String> queries = new ArrayList<>();
    for (Ready clause : clauses) {
      if (!clause.values().isEmpty()) {
        StringJoiner items = new StringJoiner(", ");
        clause.values().forEach((column, value) -> items.add(as(value, column)));
        queries.add("SELECT " + items + " FROM " + scope(clause.of()));
      }
    }
    return queries;
  }

  private String scope(Of of) {
    return switch (of) {
      case MATCHED ->
          from(TargetRows.VIEW, target) + " CROSS JOIN " + from(MergedRows.SOURCE, source);
      case NOT_MATCHED -> from(MergedRows.SOURCE, source);
      case NOT_MATCHED_BY_SOURCE -> from(TargetRows.VIEW, target);
    };
  }

  private boolean has(Of of) {
    return clauses.stream().anyMatch(clause -> clause.of() == of);
  }

  private String kind(Of of) {
    StringBuilder cases = new StringBuilder();
    for (Ready clause : clauses) {
      if (clause.of() == of) {
        cases
            .append(" WHEN ")
            .append(clause.condition())
            .append(" THEN ")
            .append(SqlText.literal(clause.kind()));
      }
    }
    String value = cases.isEmpty() ? "CAST(NULL AS VARCHAR)" : "CASE" + cases + " END";
    return as(value, ChangedRows.KIND);
  }

  private String columns(Of of, boolean old) {
    StringJoiner items = new StringJoiner(", ");
    for (Column column : sql.columns()) {
      String rest = old ? sql.kept(target, column) : sql.fresh(column);
      StringBuilder cases = new StringBuilder();
      for (Ready clause : clauses) {
        if (clause.of() == of) {
          String value = clause.values().get(column.name());
          cases
              .append(" WHEN ")
              .append(clause.condition())
              .append(" THEN ")
              .append(value == null ? rest : cast(value, column));
        }
      }
      items.add(
          as(cases.isEmpty() ? rest : "CASE" + cases + " ELSE " + rest + " END", column.name()));
    }
    for (int i = 0; old && i < masked.size(); i++) {
      items.add(ChangedTarget.keeps(i, keeps(of, masked.get(i))));
    }
    return items.toString();
  }

  private String keeps(Of of, String column) {
    StringBuilder cases = new StringBuilder();
    for (Ready clause : clauses) {
      if (clause.of() == of) {
        boolean kept = !clause.values().containsKey(column);
        cases.append(" WHEN ").append(clause.condition()).append(" THEN ").append(kept);
      }
    }
    return cases.isEmpty() ? "TRUE" : "CASE" + cases + " ELSE TRUE END";
  }

  private String place() {
    return ChangeSql.of(target, TargetRows.FILE) + ", " + ChangeSql.of(target, TargetRows.ROW);
  }

  private static String from(String view, String alias) {
    return view + " AS " + SqlText.identifier(alias);
  }
}
