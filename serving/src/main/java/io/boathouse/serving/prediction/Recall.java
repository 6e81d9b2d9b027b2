package io.boathouse.serving.prediction;

import io.boathouse.catalog.lineage.LineageEdge;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.lineage.LineageView;
import io.boathouse.catalog.lineage.WalkLimits;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.PageRequest;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Walks from a file, table, feature or model version to the model versions, endpoints and
 * predictions that it touched: by lineage to what endpoints answered with, and from there by the
 * rows of their inference tables. Thread-safe; blocks.
 */
public final class Recall {
  private static final String ENDED = "ended";
  private static final Set<String> ANSWERING = Set.of("MODEL_VERSION", "FEATURE_SPEC");

  private final PredictionService predictions;
  private final LineageService lineage;

  public Recall(PredictionService predictions, LineageService lineage) {
    this.predictions = predictions;
    this.lineage = lineage;
  }

  /**
   * What something touched. What the caller may not know of is a hidden node, once for each kind.
   *
   * @param models and specs of features that came from it, itself if it is one
   * @param endpoints each configuration that answered or answers with one of them
   * @param predictions in the inference tables that the caller may read
   * @param complete whether all was told, rather than as much as the limits allowed
   */
  public record Recalled(
      Set<LineageNode> models,
      List<Touched> endpoints,
      FoundPredictions predictions,
      List<LineageEdge> edges,
      boolean complete) {
    public Recalled {
      endpoints = List.copyOf(endpoints);
      edges = List.copyOf(edges);
    }
  }

  /**
   * A configuration of an endpoint.
   *
   * @param answering whether it answers now, rather than did
   */
  public record Touched(LineageNode endpoint, boolean answering) {}

  /**
   * @param node without a version stands for all its versions; a table's name finds it whether it
   *     is known as a feature table or not
   */
  public Recalled of(Caller caller, LineageNode node, WalkLimits limits, PageRequest page) {
    Set<LineageEdge> edges = new LinkedHashSet<>();
    boolean complete = true;
    for (LineageNode start : starts(node)) {
      LineageView view = lineage.effects(caller, start, limits);
      edges.addAll(view.edges());
      complete &= view.complete();
    }
    Set<LineageNode> models = new LinkedHashSet<>();
    Map<LineageNode, Boolean> endpoints = new LinkedHashMap<>();
    for (LineageEdge edge : edges) {
      for (LineageNode end : List.of(edge.from(), edge.to())) {
        if (ANSWERING.contains(end.kind())) {
          models.add(end);
        }
      }
      if (edge.to().kind().equals("ENDPOINT")) {
        endpoints.merge(
            edge.to(),
            !edge.to().isHidden() && !edge.details().containsKey(ENDED),
            Boolean::logicalOr);
      }
    }
    return new Recalled(
        models,
        endpoints.entrySet().stream()
            .map(entry -> new Touched(entry.getKey(), entry.getValue()))
            .toList(),
        predictions.madeBy(
            caller,
            models.stream()
                .filter(model -> !model.isHidden() && model.version().isPresent())
                .toList(),
            page),
        List.copyOf(edges),
        complete);
  }

  private static List<LineageNode> starts(LineageNode node) {
    return switch (node.kind()) {
      case "TABLE", "FEATURE_TABLE" -> List.of(as("TABLE", node), as("FEATURE_TABLE", node));
      default -> List.of(node);
    };
  }

  private static LineageNode as(String kind, LineageNode node) {
    return new LineageNode(kind, node.name(), node.version());
  }
}
