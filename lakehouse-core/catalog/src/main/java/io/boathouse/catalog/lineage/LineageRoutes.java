package io.boathouse.catalog.lineage;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.Endpoint.Method;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Lineage over HTTP. */
public final class LineageRoutes implements Routes {
  static final Endpoint WALK =
      new Endpoint(Method.GET, "/api/2.0/boathouse/lineage", "walkLineage")
          .requires(Permission.authenticated("never beyond what the caller may not know of"));

  private final LineageService lineage;

  public LineageRoutes(LineageService lineage) {
    this.lineage = lineage;
  }

  @Override
  public void mount(Api api) {
    api.handle(WALK, ErrorFormat.DATABRICKS, this::walk);
  }

  record Body(
      @JsonProperty("edges") List<Edge> edges, @JsonProperty("complete") boolean complete) {}

  record Node(
      @JsonProperty("kind") String kind,
      @JsonProperty("name") String name,
      @JsonProperty("version") Optional<Long> version) {
    static Node of(LineageNode node) {
      return new Node(node.kind(), node.name(), node.version());
    }
  }

  record Edge(
      @JsonProperty("from") Node from,
      @JsonProperty("to") Node to,
      @JsonProperty("how") String how,
      @JsonProperty("details") Map<String, String> details,
      @JsonProperty("at") Instant at,
      @JsonProperty("principal") String principal,
      @JsonProperty("hops") int hops) {
    static Edge of(LineageEdge edge) {
      return new Edge(
          Node.of(edge.from()),
          Node.of(edge.to()),
          edge.how(),
          edge.details(),
          edge.at(),
          edge.principal(),
          edge.hops());
    }
  }

  private Reply walk(Request request) {
    LineageNode node =
        new LineageNode(
            request.requiredQuery("kind").toUpperCase(Locale.ROOT),
            request.requiredQuery("name"),
            request.longQuery("version"));
    WalkLimits limits =
        new WalkLimits(limit(request, "hops", 10), limit(request, "max_edges", 1_000));
    String direction = request.query("direction").orElse("upstream");
    LineageView view =
        switch (direction) {
          case "upstream" -> lineage.origins(request.caller(), node, limits);
          case "downstream" -> lineage.effects(request.caller(), node, limits);
          default ->
              throw HttpErrors.invalidParameter("direction", direction, "upstream or downstream");
        };
    return Reply.of(
        new Body(
            view.edges().stream().filter(LineageRoutes::isKnown).map(Edge::of).toList(),
            view.complete()));
  }

  /** What the caller may not know of does not appear. */
  private static boolean isKnown(LineageEdge edge) {
    return !edge.from().isHidden() && !edge.to().isHidden();
  }

  private static int limit(Request request, String name, long otherwise) {
    return Math.clamp(request.longQuery(name).orElse(otherwise), 1, 5_000);
  }
}
