package io.boathouse.sql.govern;

import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationColumn;
import io.boathouse.catalog.relation.ViewQueries;
import io.boathouse.catalog.relation.ViewService;
import io.boathouse.catalog.relation.ViewText;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import io.boathouse.sql.govern.TableUse.AsOf;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Writes what stands for a view of the catalog: its query, which goes through the same wall as any,
 * in a CTE that is materialised, into which this engine moves nothing of the caller's. The current
 * user in it is whoever reads; tables and functions are reached with the owner's rights.
 */
public final class ViewBodies {
  static final int MAX_DEPTH = 16;

  private static final String ROWS = "bound_visible";
  private static final String QUERY = "bound_query";

  private final QueryChecker checker;
  private final ViewService views;
  private final ViewQueries queries;

  public ViewBodies(QueryChecker checker, ViewService views, ViewQueries queries) {
    this.checker = checker;
    this.views = views;
    this.queries = queries;
  }

  /**
   * What stands for a view.
   *
   * @param tables what the query reads; where they have no rights of their own, with the owner's
   * @param steady whether it shows the same whenever it reads the same
   */
  record Body(
      Relation view, Caller owner, String select, List<ViewedTable> tables, boolean steady) {
    Body {
      tables = List.copyOf(tables);
    }

    FullName name() {
      return view.securable().name();
    }
  }

  /**
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT for a version of a view;
   *     FAILED_PRECONDITION if nobody's rights are there for its query
   */
  Body of(Caller reader, ViewedTable use, Relation view) {
    if (!(use.asOf() instanceof AsOf.Latest) || !use.metadata().isEmpty()) {
      throw GovernErrors.versionOfView(use.name().toString());
    }
    Caller owner = queries.owner(view);
    ViewText text = queries.text(view);
    CheckedQuery checked = checked(reader, owner, use, text);
    String select =
        "WITH %s AS MATERIALIZED (SELECT %s FROM (%s) AS %s) SELECT * FROM %s"
            .formatted(ROWS, items(use, view, text), checked.sql(), QUERY, ROWS);
    return new Body(view, owner, select, checked.tables(), checked.steady());
  }

  /** What a view reads, and with whose rights. */
  public record Read(Caller owner, List<ViewedTable> tables) {
    public Read {
      tables = List.copyOf(tables);
    }
  }

  /**
   * What a view reads now.
   *
   * @param rights that see the view
   * @throws LakeException as the query of the view would fail
   */
  public Read read(Caller reader, Caller rights, FullName name) {
    Relation view = views.find(rights, name).orElseThrow(() -> GovernErrors.viewGone(name));
    ViewedTable use = new ViewedTable("bound_table_read", name, new AsOf.Latest());
    Body body = of(reader, use, view);
    return new Read(body.owner(), body.tables());
  }

  /**
   * Sees that a query which is to be a view's does not read that view.
   *
   * @throws LakeException FAILED_PRECONDITION if it does
   */
  public void requireNotIn(Relation view, Caller writer, CheckedQuery query) {
    requireNotIn(view, writer, query.tables(), 0);
  }

  private void requireNotIn(Relation view, Caller rights, List<ViewedTable> tables, int depth) {
    for (ViewedTable table : tables) {
      Caller own = table.rights().orElse(rights);
      Relation read = views.find(own, table.name()).orElse(null);
      if (read == null || read.kind() != Relation.Kind.VIEW) {
        continue;
      }
      if (read.securable().id().equals(view.securable().id()) || depth == MAX_DEPTH) {
        throw GovernErrors.viewRecursive(view.securable().name().toString());
      }
      Caller owner = queries.owner(read);
      List<ViewedTable> inside = checked(rights, owner, table, queries.text(read)).tables();
      requireNotIn(view, owner, inside, depth + 1);
    }
  }

  private CheckedQuery checked(Caller reader, Caller owner, ViewedTable use, ViewText text) {
    QueryText query =
        new QueryText(
            text.sql(),
            List.of(),
            new NameDefaults(text.defaultCatalog(), text.defaultSchema()),
            Map.of());
    try {
      return checker.view(reader, owner, query, "v_" + use.view() + "_");
    } catch (LakeException e) {
      throw GovernErrors.viewCannotRead(use.name().toString(), owner.principal(), e);
    }
  }

  /** The view's columns by the names that its query gives them, as far as somebody reads them. */
  private static String items(ViewedTable use, Relation view, ViewText text) {
    if (text.queryColumns().isEmpty()) {
      return "*";
    }
    StringJoiner items = new StringJoiner(", ");
    for (int i = 0; i < text.queryColumns().size(); i++) {
      RelationColumn column = view.columns().get(i);
      if (isRead(use, column.name())) {
        items.add(
            QUERY
                + "."
                + SqlText.identifier(text.queryColumns().get(i))
                + " AS "
                + SqlText.identifier(column.name()));
      }
    }
    return items.length() == 0 ? "1 AS bound_row" : items.toString();
  }

  private static boolean isRead(ViewedTable use, String column) {
    return use.columns().map(names -> names.contains(column.toLowerCase(Locale.ROOT))).orElse(true);
  }
}
