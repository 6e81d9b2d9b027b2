package io.boathouse.sql.statement;

import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.govern.TableViews.Input;
import io.boathouse.table.delta.Commit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells the catalog, after a commit, from which versions of which tables its rows came. */
final class StatementLineage {
  private final LineageService lineage;

  StatementLineage(LineageService lineage) {
    this.lineage = lineage;
  }

  /** Tells from what a view reads. */
  void reads(Caller caller, Relation view, List<FullName> sources) {
    LineageNode made =
        new LineageNode("TABLE", view.securable().name().toString(), Optional.empty());
    for (FullName source : sources) {
      lineage.record(
          caller,
          new LineageNode("TABLE", source.toString(), Optional.empty()),
          made,
          "CREATE VIEW",
          Map.of());
    }
  }

  /** Tells from what a view reads from now on. */
  void readsNow(Caller caller, Relation view, List<FullName> sources) {
    lineage.ended(caller, view.securable().id(), Optional.empty());
    reads(caller, view, sources);
  }

  /**
   * @param replaces whether the version holds no rows of earlier ones
   */
  void written(Caller caller, FullName table, Commit commit, List<Input> inputs, boolean replaces) {
    LineageNode made = new LineageNode("TABLE", table.toString(), Optional.of(commit.version()));
    Map<String, String> details =
        Map.of(
            "rows",
            Long.toString(commit.rows()),
            LineageService.REPLACES,
            Boolean.toString(replaces));
    for (Input input : inputs) {
      Optional<Long> version =
          input.version().isPresent() ? Optional.of(input.version().getAsLong()) : Optional.empty();
      lineage.record(
          caller,
          new LineageNode("TABLE", input.name().toString(), version),
          made,
          commit.operation(),
          details);
    }
    if (inputs.isEmpty()) {
      String statement = commit.operation() + " at " + commit.at();
      lineage.record(
          caller,
          new LineageNode("STATEMENT", statement, Optional.empty()),
          made,
          commit.operation(),
          details);
    }
  }
}
