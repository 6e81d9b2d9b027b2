package io.boathouse.serving.prediction;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.serving.prediction.OriginsReply.Edge;
import io.boathouse.serving.prediction.OriginsReply.Node;
import io.boathouse.serving.prediction.Recall.Recalled;
import io.boathouse.serving.prediction.Recall.Touched;
import java.util.List;
import java.util.Optional;

/** The JSON of what something touched. */
record RecallReply(
    @JsonProperty("models") List<Node> models,
    @JsonProperty("endpoints") List<EndpointNode> endpoints,
    @JsonProperty("prediction_count") long predictionCount,
    @JsonProperty("prediction_ids") List<String> predictionIds,
    @JsonProperty("next_page_token") Optional<String> nextPageToken,
    @JsonProperty("edges") List<Edge> edges,
    @JsonProperty("complete") boolean complete) {

  static RecallReply of(Recalled recalled) {
    return new RecallReply(
        recalled.models().stream().map(Node::of).toList(),
        recalled.endpoints().stream().map(EndpointNode::of).toList(),
        recalled.predictions().count(),
        recalled.predictions().page().items(),
        recalled.predictions().page().nextPageToken(),
        recalled.edges().stream().map(Edge::of).toList(),
        recalled.complete());
  }

  /** An endpoint's configuration. @param answering whether it answers now */
  record EndpointNode(
      @JsonProperty("name") Optional<String> name,
      @JsonProperty("config_version") Optional<Long> version,
      @JsonProperty("answering") Optional<Boolean> answering,
      @JsonProperty("hidden") Optional<Boolean> hidden) {
    static EndpointNode of(Touched touched) {
      LineageNode node = touched.endpoint();
      return node.isHidden()
          ? new EndpointNode(
              Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(true))
          : new EndpointNode(
              Optional.of(node.name()),
              node.version(),
              Optional.of(touched.answering()),
              Optional.empty());
    }
  }
}
