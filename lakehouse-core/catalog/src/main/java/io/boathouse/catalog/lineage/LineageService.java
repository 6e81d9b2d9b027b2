package io.boathouse.catalog.lineage;

import io.boathouse.catalog.grant.StoredAuthorizer;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Records what came from what, and walks it. A node of a governed thing is kept under that thing's
 * id, so renames break no chain; a walk does not pass what its caller may not know of. Thread-safe;
 * every method blocks on the metadata database.
 */
public final class LineageService {
  private static final int MOST_HOPS = 50;
  private static final int MOST_EDGES = 5_000;
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
  private final LineageRepository repository;

  /** Creates the service over the edges of this database. */
  public LineageService(
      Database database, SecurableTree tree, StoredAuthorizer authorizer, InstantSource clock) {
    this.database = database;
    this.tree = tree;
    this.authorizer = authorizer;
    this.clock = clock;
    this.repository = new LineageRepository(database);
  }

  /**
   * Records that one thing came from another; joins the thread's transaction. Recording the same
   * again replaces its details. Modules call this for work whose rights they have checked.
   *
   * @param how what made it so
   */
  public void record(
      Caller caller, LineageNode from, LineageNode to, String how, Map<String, String> details) {
    database.useTransaction(
        () -> {
          long source = repository.node(from, securable(from));
          long target = repository.node(to, securable(to));
          Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
          repository.edge(
              source, target, new LineageEdge(from, to, how, details, now, caller.principal(), 1));
        });
  }

  /**
   * What a node came from, nearest first. A node without a version stands for all its versions.
   *
   * @param hops how many steps to walk, at most 50
   */
  public List<LineageEdge> upstream(Caller caller, LineageNode node, int hops) {
    return walk(caller, node, hops, true);
  }

  /** What came from a node, nearest first; otherwise like {@link #upstream}. */
  public List<LineageEdge> downstream(Caller caller, LineageNode node, int hops) {
    return walk(caller, node, hops, false);
  }

  private List<LineageEdge> walk(Caller caller, LineageNode node, int hops, boolean upstream) {
    Map<UUID, Boolean> known = new HashMap<>();
    Set<Long> seen = new HashSet<>();
    Set<Long> frontier = new HashSet<>();
    for (LineageRepository.Stored start : repository.find(node, securable(node))) {
      if (visible(caller, start, known)) {
        frontier.add(start.id());
      }
    }
    List<LineageEdge> edges = new ArrayList<>();
    for (int hop = 1; hop <= Math.min(hops, MOST_HOPS) && !frontier.isEmpty(); hop++) {
      seen.addAll(frontier);
      Set<Long> next = new HashSet<>();
      for (LineageRepository.StoredEdge edge : repository.edges(frontier, upstream)) {
        LineageRepository.Stored other = upstream ? edge.from() : edge.to();
        if (edges.size() < MOST_EDGES && visible(caller, other, known)) {
          edges.add(shown(edge, hop));
          if (!seen.contains(other.id())) {
            next.add(other.id());
          }
        }
      }
      frontier = next;
    }
    return edges;
  }

  /** What is governed by nothing is as visible as what leads to it; what was deleted is hidden. */
  private boolean visible(Caller caller, LineageRepository.Stored node, Map<UUID, Boolean> known) {
    if (node.securable().isEmpty()) {
      return true;
    }
    return known.computeIfAbsent(
        node.securable().get(),
        id ->
            tree.find(id)
                .map(securable -> authorizer.mayKnow(caller, securable))
                .orElseGet(() -> authorizer.isAdministrator(caller)));
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

  private static LineageEdge shown(LineageRepository.StoredEdge edge, int hops) {
    return new LineageEdge(
        edge.from().node(),
        edge.to().node(),
        edge.how(),
        edge.details(),
        edge.at(),
        edge.principal(),
        hops);
  }
}
