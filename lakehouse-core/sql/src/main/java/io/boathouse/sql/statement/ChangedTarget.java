package io.boathouse.sql.statement;

import io.boathouse.catalog.policy.TablePolicies;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import io.boathouse.sql.govern.PolicyViews;
import io.boathouse.sql.govern.TargetView;
import io.boathouse.sql.grammar.GrammarErrors;
import io.boathouse.table.compute.TargetRows;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.Sessions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * The table of a changing statement as its caller sees it. Conditions and values are computed over
 * what policies show; a masked column that no clause sets keeps what is stored, which is put in
 * outside of everything that the caller wrote.
 */
final class ChangedTarget {
  private static final String KEPT = "_boathouse_kept_";

  private final Optional<TargetView> view;
  private final String policyVersion;
  private final List<String> masked;

  private ChangedTarget(Optional<TargetView> view, String policyVersion, List<String> masked) {
    this.view = view;
    this.policyVersion = policyVersion;
    this.masked = List.copyOf(masked);
  }

  static ChangedTarget of(
      PolicyViews views, Caller caller, TablePolicies policies, TableSchema schema, FullName name) {
    if (policies.isEmpty()) {
      return new ChangedTarget(Optional.empty(), "", List.of());
    }
    Set<String> masks =
        policies.masks().keySet().stream()
            .map(ChangeSql::canonical)
            .collect(Collectors.toUnmodifiableSet());
    List<String> masked =
        schema.columns().stream()
            .map(Column::name)
            .filter(column -> masks.contains(ChangeSql.canonical(column)))
            .toList();
    return new ChangedTarget(
        Optional.of(views.target(caller, name, policies, schema)), policies.version(), masked);
  }

  /** Whether nothing of the table is hidden. */
  boolean isOpen() {
    return view.isEmpty();
  }

  /** The columns that are shown otherwise than they are stored. */
  List<String> masked() {
    return masked;
  }

  /** Tables that the policies read. */
  List<ViewedTable> mappings() {
    return view.map(TargetView::mappings).orElse(List.of());
  }

  Optional<Sessions.Shown> select() {
    return view.map(shown -> new Sessions.Shown(shown.select(), policyVersion));
  }

  LakeException named(LakeException failure) {
    return view.map(shown -> shown.named(failure)).orElse(failure);
  }

  /** New columns would be ones that the policies say nothing of. */
  void requireFixed(boolean evolving) {
    if (evolving && !isOpen()) {
      throw GrammarErrors.unsupported(
          "WITH SCHEMA EVOLUTION on a table with a row filter or masks",
          "Add the columns with ALTER TABLE first.");
    }
  }

  /** The item that says whether a row keeps a masked column. */
  static String keeps(int position, String condition) {
    return ChangeSql.as(condition, KEPT + position);
  }

  /**
   * Changed rows with what is stored in the masked columns that are not set.
   *
   * @param rows a checked query of places and columns
   */
  String kept(String rows, Set<String> set) {
    StringJoiner items = new StringJoiner(", ");
    masked.stream()
        .filter(column -> !set.contains(column))
        .forEach(column -> items.add(ChangeSql.as(ChangeSql.of("r", column), column)));
    return items.length() == 0 ? rows : joined("u.* REPLACE (%s)".formatted(items), rows);
  }

  /**
   * As the other, for a query in which {@link #keeps} says so for each row.
   *
   * @param rows a checked query of places, columns and what each masked column keeps
   */
  String kept(String rows) {
    if (masked.isEmpty()) {
      return rows;
    }
    StringJoiner flags = new StringJoiner(", ");
    StringJoiner items = new StringJoiner(", ");
    for (int i = 0; i < masked.size(); i++) {
      String column = masked.get(i);
      flags.add(SqlText.identifier(KEPT + i));
      items.add(
          ChangeSql.as(
              "CASE WHEN %s THEN %s ELSE %s END"
                  .formatted(
                      ChangeSql.of("u", KEPT + i),
                      ChangeSql.of("r", column),
                      ChangeSql.of("u", column)),
              column));
    }
    return joined("u.* EXCLUDE (%s) REPLACE (%s)".formatted(flags, items), rows);
  }

  private static String joined(String items, String rows) {
    return "SELECT %s FROM (%s) AS u JOIN temp.main.%s AS r ON %s = %s AND %s = %s"
        .formatted(
            items,
            rows,
            TargetRows.RAW,
            ChangeSql.of("u", TargetRows.FILE),
            ChangeSql.of("r", TargetRows.FILE),
            ChangeSql.of("u", TargetRows.ROW),
            ChangeSql.of("r", TargetRows.ROW));
  }
}
