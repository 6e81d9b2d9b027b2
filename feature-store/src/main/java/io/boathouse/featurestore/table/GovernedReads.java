package io.boathouse.featurestore.table;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.sql.engine.Cancellation;
import io.boathouse.sql.engine.QueryEngine;
import io.boathouse.sql.engine.QueryEngine.OpenQuery;
import io.boathouse.sql.engine.RunLimits;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import io.boathouse.sql.govern.QueryChecker;
import io.boathouse.sql.govern.QueryText;
import io.boathouse.sql.govern.TableUse.AsOf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads queries and tables with the caller's rights, in a session that sees nothing else. */
public final class GovernedReads {
  private static final String VIEW = "feature_table_";

  private final QueryChecker checker;
  private final QueryEngine engine;
  private final RunLimits limits;

  /**
   * @param deadline how long one read may take
   */
  public GovernedReads(QueryChecker checker, QueryEngine engine, Duration deadline) {
    this.checker = checker;
    this.engine = engine;
    this.limits = new RunLimits(deadline);
  }

  /** The view of the session that shows the table at this place of the list. */
  public static String view(int position) {
    return VIEW + position;
  }

  /** The tables that a query names. */
  public Set<FullName> names(Caller caller, String select) {
    return checker.check(caller, QueryText.of(select)).tables().stream()
        .map(ViewedTable::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Opens a query of the caller's, with tables beside it.
   *
   * @param versions the versions that the query's own tables are read at; others at the newest
   * @param beside further tables, shown by {@link #view}
   */
  public <T> T query(
      Caller caller,
      String select,
      Map<FullName, Long> versions,
      List<Versioned> beside,
      Function<OpenQuery, T> work) {
    CheckedQuery checked = checker.check(caller, QueryText.of(select));
    List<ViewedTable> tables = new ArrayList<>();
    for (ViewedTable table : checked.tables()) {
      Long version = versions.get(table.name());
      tables.add(
          version != null && table.asOf() instanceof AsOf.Latest ? table.at(version) : table);
    }
    tables.addAll(viewed(beside));
    return open(caller, new CheckedQuery(checked.sql(), tables), work);
  }

  /** Opens tables, shown by {@link #view}; the query is that of the first one's rows. */
  public <T> T tables(Caller caller, List<Versioned> tables, Function<OpenQuery, T> work) {
    String first = "SELECT * FROM " + SqlText.identifier(view(0));
    return open(caller, new CheckedQuery(first, viewed(tables)), work);
  }

  /** Refuses a caller who may not read the tables now. */
  public void require(Caller caller, List<Versioned> tables) {
    boolean unused = tables(caller, tables, open -> true);
  }

  private <T> T open(Caller caller, CheckedQuery query, Function<OpenQuery, T> work) {
    return engine.open(caller, query, new QueryEngine.Run(limits, new Cancellation()), work);
  }

  private static List<ViewedTable> viewed(List<Versioned> tables) {
    List<ViewedTable> viewed = new ArrayList<>();
    for (Versioned table : tables) {
      AsOf until =
          table.version().isPresent() ? new AsOf.Version(table.version().get()) : new AsOf.Latest();
      AsOf asOf = table.changes() ? new AsOf.Changes(new AsOf.Version(0), until) : until;
      viewed.add(new ViewedTable(view(viewed.size()), table.name(), asOf));
    }
    return viewed;
  }

  /**
   * A table at a version.
   *
   * @param version empty for the newest
   * @param changes whether all changes until then are read instead of the rows
   */
  public record Versioned(FullName name, Optional<Long> version, boolean changes) {
    /** The rows at a version. */
    public Versioned(FullName name, Optional<Long> version) {
      this(name, version, false);
    }

    public static Versioned latest(FullName name) {
      return new Versioned(name, Optional.empty());
    }
  }
}
