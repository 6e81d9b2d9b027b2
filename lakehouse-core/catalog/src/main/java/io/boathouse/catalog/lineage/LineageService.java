package io.boathouse.catalog.lineage;

import io.boathouse.catalog.grant.StoredAuthorizer;
import io.boathouse.catalog.lineage.LineageEvent.End;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableTree;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.LakeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Records what came from what, and walks it. A node of a governed thing is kept under that thing's
 * id, so renames break no chain; a walk does not pass what its caller may not know of, and tells of
 * it only that it is there. Thread-safe; every method blocks on the metadata database.
 */
public final class LineageService {
  /**
   * The key in an edge's details that says, with the value "true", that the version holds no rows
   * of earlier ones.
   */
  public static final String REPLACES = "replaces";

  private static final Map<String, SecurableType> GOVERNED =
      Map.of(
          "TABLE", SecurableType.TABLE,
          "FEATURE_TABLE", SecurableType.TABLE,
          "FEATURE_SPEC", SecurableType.FUNCTION,
          "MODEL_VERSION", SecurableType.REGISTERED_MODEL,
          "ENDPOINT", SecurableType.SERVING_ENDPOINT);

  private final Database database;
  private final SecurableTree tree;
  private final StoredAuthorizer authorizer;
  private final InstantSource clock;
  private final LineageSink sink;
  private final LineageRepository repository;
  private final ColumnLineageRepository columns;
  private final LineageEvents events;

  /**
   * Creates the service over the edges of this database.
   *
   * @param sink is told of what was recorded
   */
  public LineageService(
      Database database,
      SecurableTree tree,
      StoredAuthorizer authorizer,
      LineageSink sink,
      InstantSource clock) {
    this.sink = sink;
    this.database = database;
    this.tree = tree;
    this.authorizer = authorizer;
    this.clock = clock;
    this.repository = new LineageRepository(database);
    this.columns = new ColumnLineageRepository(database);
    this.events = new LineageEvents(database);
  }

  /**
   * Records that one thing came from another; joins the thread's transaction. Recording the same
   * again replaces its details. Modules call this for work whose rights they have checked.
   *
   * @param how what made it so
   */
  public void record(
      Caller caller, LineageNode from, LineageNode to, String how, Map<String, String> details) {
    record(caller, new LineageFact(List.of(from), to, how, details, List.of(), Optional.empty()));
  }

  /**
   * Records what a piece of work made, as {@link #record(Caller, LineageNode, LineageNode, String,
   * Map)} does, with what is known of columns.
   */
  public void record(Caller caller, LineageFact fact) {
    database.useTransaction(
        () -> {
          End target = end(fact.target());
          List<End> sources = fact.sources().stream().map(this::end).toList();
          Instant now = now();
          long made = repository.node(target.node(), target.securable());
          for (End source : sources) {
            repository.edge(
                repository.node(source.node(), source.securable()),
                made,
                new LineageEdge(
                    source.node(),
                    target.node(),
                    fact.how(),
                    fact.details(),
                    now,
                    caller.principal(),
                    1));
          }
          events.made(
              new LineageEvents.Work(now, caller.principal(), fact.how(), fact.entity()),
              sources,
              target,
              fact.columns());
          keepColumns(caller, fact, sources, target, now);
          database.afterCommit(() -> sink.recorded(now, fact));
        });
  }

  private void keepColumns(
      Caller caller, LineageFact fact, List<End> sources, End target, Instant now) {
    Optional<UUID> made = target.securable().filter(id -> LineageEvents.isTable(target.node()));
    if (made.isEmpty()) {
      return;
    }
    if ("true".equals(fact.details().get(REPLACES))) {
      columns.replaced(made.get());
    }
    FullName name = FullName.parse(target.node().name());
    Map<FullName, UUID> tables = LineageEvents.tables(sources);
    tables.putIfAbsent(name, made.get());
    for (ColumnFlow flow : fact.columns()) {
      @Nullable UUID source = tables.get(flow.table());
      if (source != null && flow.target().isPresent()) {
        columns.insert(
            source,
            made.get(),
            new ColumnEdge(
                new ColumnEdge.Column(flow.table(), flow.column()),
                new ColumnEdge.Column(name, flow.target().get()),
                fact.how(),
                now,
                caller.principal(),
                1));
      }
    }
  }

  /**
   * Records that tables were read for nothing that is kept; joins the thread's transaction.
   *
   * @param columns of those tables whose values were shown
   */
  public void read(
      Caller caller, List<TableRead> tables, List<ColumnFlow> columns, LineageEntity entity) {
    events.read(
        new LineageEvents.Work(now(), caller.principal(), "READ", Optional.of(entity)),
        tables,
        columns);
  }

  private End end(LineageNode node) {
    return new End(node, securable(node), Optional.empty());
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  /**
   * Notes in the edges into a node, of all its versions but one if it is said, that they no longer
   * hold; joins the thread's transaction.
   */
  public void ended(Caller caller, UUID securable, Optional<Long> stillHolds) {
    Instant now = now();
    repository.end(
        securable, stillHolds, Map.of("ended", now.toString(), "ended_by", caller.principal()));
  }

  /**
   * What a node came from, nearest first. A node without a version stands for all its versions.
   *
   * @param hops how many steps to walk, at most 50
   */
  public List<LineageEdge> upstream(Caller caller, LineageNode node, int hops) {
    return origins(caller, node, new WalkLimits(hops, Integer.MAX_VALUE)).edges();
  }

  /** What came from a node, nearest first; otherwise like {@link #upstream}. */
  public List<LineageEdge> downstream(Caller caller, LineageNode node, int hops) {
    return effects(caller, node, new WalkLimits(hops, Integer.MAX_VALUE)).edges();
  }

  /** Walks upstream within limits; a node without a version stands for all its versions. */
  public LineageView origins(Caller caller, LineageNode node, WalkLimits limits) {
    return walk(caller, node, limits, true);
  }

  /** Walks downstream within limits; otherwise like {@link #origins}. */
  public LineageView effects(Caller caller, LineageNode node, WalkLimits limits) {
    return walk(caller, node, limits, false);
  }

  private LineageView walk(Caller caller, LineageNode node, WalkLimits limits, boolean upstream) {
    return new Walk(repository, id -> mayKnow(caller, id), upstream, limits)
        .from(repository.find(node, securable(node)));
  }

  /** What was deleted is known to administrators only. */
  private boolean mayKnow(Caller caller, UUID id) {
    return tree.find(id)
        .map(securable -> authorizer.mayKnow(caller, securable))
        .orElseGet(() -> authorizer.isAdministrator(caller));
  }

  private Optional<UUID> securable(LineageNode node) {
    SecurableType type = GOVERNED.get(node.kind());
    if (type == null) {
      return Optional.empty();
    }
    try {
      return tree.find(type, FullName.parse(type, node.name())).map(Securable::id);
    } catch (LakeException e) {
      return Optional.empty(); // a flat name, or one of another system
    }
  }
}
