package io.boathouse.serving.prediction;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.lineage.LineageEdge;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.lineage.LineageView;
import io.boathouse.catalog.lineage.WalkLimits;
import io.boathouse.platform.auth.Caller;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Walks from a prediction to the files that it came from: by what its row says to the model
 * version, and from there by lineage. Thread-safe; blocks.
 */
public final class PredictionOrigins {
  private final PredictionService predictions;
  private final LineageService lineage;

  public PredictionOrigins(PredictionService predictions, LineageService lineage) {
    this.predictions = predictions;
    this.lineage = lineage;
  }

  /**
   * What a prediction came from.
   *
   * @param nodes each once, the prediction first and files last: no node stands before one that
   *     came from it
   * @param complete whether all was told, rather than as much as the limits allowed
   */
  public record Origins(
      JsonNode prediction, List<LineageNode> nodes, List<LineageEdge> edges, boolean complete) {
    public Origins {
      nodes = List.copyOf(nodes);
      edges = List.copyOf(edges);
    }
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if no inference table has it that
   *     the caller may read
   */
  public Origins of(Caller caller, String id, WalkLimits limits) {
    JsonNode row = predictions.get(caller, id);
    LineageNode prediction =
        new LineageNode("PREDICTION", row.path("prediction_id").asText(), Optional.empty());
    LineageNode endpoint =
        new LineageNode(
            "ENDPOINT",
            row.path("endpoint").asText(),
            Optional.of(row.path("config_version").asLong()));
    LineageNode model =
        new LineageNode(
            "MODEL_VERSION",
            row.path("model").asText(),
            Optional.of(row.path("model_version").asLong()));
    Instant at = time(row.path("request_time").asText());
    String requester = row.path("requester").asText();
    LineageView view = lineage.origins(caller, model, limits);
    List<LineageEdge> edges = new ArrayList<>();
    edges.add(new LineageEdge(endpoint, prediction, "ANSWERED", Map.of(), at, requester, 1));
    edges.add(deployed(caller, model, endpoint, at));
    view.edges().forEach(edge -> edges.add(further(edge)));
    return new Origins(row, ordered(prediction, edges), edges, view.complete());
  }

  /** As it was recorded; an endpoint that was deleted since is known by the prediction alone. */
  private LineageEdge deployed(
      Caller caller, LineageNode model, LineageNode endpoint, Instant answered) {
    return lineage.origins(caller, endpoint, new WalkLimits(1, Integer.MAX_VALUE)).edges().stream()
        .filter(edge -> edge.from().equals(model))
        .findFirst()
        .map(
            edge ->
                new LineageEdge(
                    model, endpoint, edge.how(), edge.details(), edge.at(), edge.principal(), 2))
        .orElseGet(() -> new LineageEdge(model, endpoint, "DEPLOYED", Map.of(), answered, "", 2));
  }

  private static LineageEdge further(LineageEdge edge) {
    return new LineageEdge(
        edge.from(),
        edge.to(),
        edge.how(),
        edge.details(),
        edge.at(),
        edge.principal(),
        edge.hops() + 2);
  }

  private static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  private static List<LineageNode> ordered(LineageNode start, List<LineageEdge> edges) {
    Map<LineageNode, List<LineageNode>> sources = new HashMap<>();
    edges.forEach(
        edge -> sources.computeIfAbsent(edge.to(), node -> new ArrayList<>()).add(edge.from()));
    Set<LineageNode> done = new LinkedHashSet<>();
    visit(start, sources, new LinkedHashSet<>(), done);
    return new ArrayList<>(done).reversed();
  }

  /** Depth first, so that a node is done after all that it came from; a cycle is cut. */
  private static void visit(
      LineageNode node,
      Map<LineageNode, List<LineageNode>> sources,
      Set<LineageNode> open,
      Set<LineageNode> done) {
    if (done.contains(node) || !open.add(node)) {
      return;
    }
    for (LineageNode source : sources.getOrDefault(node, List.of()).reversed()) {
      visit(source, sources, open, done);
    }
    done.add(node);
  }
}
