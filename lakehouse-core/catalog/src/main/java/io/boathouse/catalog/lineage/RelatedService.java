package io.boathouse.catalog.lineage;

import io.boathouse.catalog.grant.StoredAuthorizer;
import io.boathouse.catalog.lineage.TableEdge.Table;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableErrors;
import io.boathouse.catalog.securable.SecurableTree;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Which tables and columns are related, up and down any number of steps. The graph that a caller
 * sees is made of what that caller may know of: anything else neither appears nor connects, so that
 * what lies behind it is not reached through it. Thread-safe; blocks on the metadata database.
 */
public final class RelatedService {
  private final SecurableTree tree;
  private final StoredAuthorizer authorizer;
  private final TableEdgeRepository tables;
  private final ColumnLineageRepository columns;

  public RelatedService(Database database, SecurableTree tree, StoredAuthorizer authorizer) {
    this.tree = tree;
    this.authorizer = authorizer;
    this.tables = new TableEdgeRepository(database);
    this.columns = new ColumnLineageRepository(database);
  }

  /**
   * The tables that a table came from, or that came from it, nearest first.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if the table is absent or hidden
   */
  public List<TableEdge> tables(
      Caller caller, FullName table, WalkLimits limits, boolean upstream) {
    Known known = new Known(caller);
    List<TableEdge> edges = new ArrayList<>();
    Set<UUID> reached = Set.of(visible(caller, table).id());
    Set<UUID> seen = new HashSet<>(reached);
    for (int hop = 1; hop <= limits.hops() && !reached.isEmpty(); hop++) {
      Set<UUID> next = new HashSet<>();
      for (TableEdge edge : tables.edges(reached, upstream)) {
        Table other = upstream ? edge.from() : edge.to();
        if (edges.size() < limits.edges() && known.of(other.id())) {
          edges.add(
              new TableEdge(edge.from(), edge.to(), edge.how(), edge.at(), edge.principal(), hop));
          if (seen.add(other.id())) {
            next.add(other.id());
          }
        }
      }
      reached = next;
    }
    return edges;
  }

  /**
   * The columns that a column's values came from, or that came from its, nearest first.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if the table is absent or hidden
   */
  public List<ColumnEdge> columns(
      Caller caller, ColumnEdge.Column column, WalkLimits limits, boolean upstream) {
    Known known = new Known(caller);
    return new ColumnWalk(columns, known::of, upstream, limits)
        .from(visible(caller, column.table()).id(), column.name());
  }

  /** The files whose rows went into a table; they are as visible as the table. */
  List<LineageNode> files(Caller caller, FullName table) {
    return tables.files(visible(caller, table).id());
  }

  private Securable visible(Caller caller, FullName table) {
    return tree.find(SecurableType.TABLE, table)
        .filter(securable -> authorizer.mayKnow(caller, securable))
        .orElseThrow(() -> SecurableErrors.notFound(SecurableType.TABLE, table));
  }

  /** What a caller may know of, asked once for each thing. */
  private final class Known {
    private final Caller caller;
    private final Map<UUID, Boolean> known = new HashMap<>();

    Known(Caller caller) {
      this.caller = caller;
    }

    boolean of(UUID id) {
      return known.computeIfAbsent(
          id,
          key ->
              tree.find(key)
                  .filter(securable -> authorizer.mayKnow(caller, securable))
                  .isPresent());
    }
  }
}
