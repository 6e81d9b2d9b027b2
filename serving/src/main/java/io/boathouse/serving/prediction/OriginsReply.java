package io.boathouse.serving.prediction;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.lineage.LineageEdge;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.serving.prediction.PredictionOrigins.Origins;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The JSON of what a prediction came from. */
record OriginsReply(
    @JsonProperty("prediction") JsonNode prediction,
    @JsonProperty("steps") List<Step> steps,
    @JsonProperty("edges") List<Edge> edges,
    @JsonProperty("complete") boolean complete) {
  private static final String ROLE = "role";

  static OriginsReply of(Origins origins) {
    return new OriginsReply(
        origins.prediction(),
        origins.nodes().stream().map(node -> Step.of(node, origins.edges())).toList(),
        origins.edges().stream().map(Edge::of).toList(),
        origins.complete());
  }

  /** A node. @param hidden true, and no name, if the caller may not know of it */
  record Node(
      @JsonProperty("type") String type,
      @JsonProperty("name") Optional<String> name,
      @JsonProperty("version") Optional<Long> version,
      @JsonProperty("hidden") Optional<Boolean> hidden) {
    static Node of(LineageNode node) {
      return node.isHidden()
          ? new Node(node.kind(), Optional.empty(), Optional.empty(), Optional.of(true))
          : new Node(node.kind(), Optional.of(node.name()), node.version(), Optional.empty());
    }
  }

  /** A node with how it was made. */
  record Step(
      @JsonProperty("type") String type,
      @JsonProperty("name") Optional<String> name,
      @JsonProperty("version") Optional<Long> version,
      @JsonProperty("hidden") Optional<Boolean> hidden,
      @JsonProperty("how") Optional<String> how,
      @JsonProperty("at") Optional<Instant> at,
      @JsonProperty("by") Optional<String> by,
      @JsonProperty("detail") Map<String, String> detail) {
    static Step of(LineageNode node, List<LineageEdge> edges) {
      Map<String, String> detail = new TreeMap<>();
      Optional<LineageEdge> made = Optional.empty();
      for (LineageEdge edge : edges) {
        if (edge.to().equals(node) && !node.isHidden()) {
          made = made.or(() -> Optional.of(edge));
          edge.details().forEach(detail::putIfAbsent);
        } else if (edge.from().equals(node) && node.sha256().isPresent()) {
          edge.details().entrySet().stream()
              .filter(entry -> List.of("bytes", "format").contains(entry.getKey()))
              .forEach(entry -> detail.putIfAbsent(entry.getKey(), entry.getValue()));
        }
      }
      detail.remove(ROLE);
      detail.remove(LineageService.REPLACES);
      node.sha256().ifPresent(digest -> detail.put("sha256", digest));
      Node named = Node.of(node);
      return new Step(
          named.type(),
          named.name().map(name -> node.label()),
          named.version(),
          named.hidden(),
          made.map(LineageEdge::how),
          made.map(LineageEdge::at),
          made.map(LineageEdge::principal).filter(principal -> !principal.isEmpty()),
          detail);
    }
  }

  record Edge(
      @JsonProperty("from") Node from,
      @JsonProperty("to") Node to,
      @JsonProperty("how") String how,
      @JsonProperty("details") Map<String, String> details) {
    static Edge of(LineageEdge edge) {
      return new Edge(
          Node.of(edge.from()), Node.of(edge.to()), edge.how(), new TreeMap<>(edge.details()));
    }
  }
}
