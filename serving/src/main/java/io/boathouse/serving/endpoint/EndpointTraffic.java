package io.boathouse.serving.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.inference.LiveCanary;
import io.boathouse.serving.inference.LiveEndpoint;
import io.boathouse.serving.inference.Outcomes;
import io.boathouse.serving.inference.ShadowTraffic;
import java.util.Optional;

/** How an endpoint's traffic goes: what a canary is compared with, what a shadow says. */
final class EndpointTraffic {
  private EndpointTraffic() {}

  /**
   * @param live empty while it does not answer
   */
  static ObjectNode of(ServingEndpoint endpoint, Optional<LiveEndpoint> live) {
    ObjectNode wire = Json.mapper().createObjectNode();
    wire.put("name", endpoint.name());
    wire.put("config_update", endpoint.state().update().name());
    live.ifPresent(
        answering -> {
          wire.put("config_version", answering.configVersion());
          answering.canary().ifPresent(canary -> wire.set("canary", canary(canary)));
          answering.shadow().ifPresent(shadow -> wire.set("shadow", shadow(shadow)));
        });
    endpoint.state().message().ifPresent(message -> wire.put("message", message));
    return wire;
  }

  private static ObjectNode canary(LiveCanary canary) {
    ObjectNode wire = Json.mapper().createObjectNode();
    wire.put("config_version", canary.candidate().configVersion());
    wire.put("traffic_percentage", canary.percent());
    wire.set("candidate", outcomes(canary.outcomes().counts()));
    wire.set("baseline", outcomes(canary.baseline().counts()));
    return wire;
  }

  private static ObjectNode outcomes(Outcomes.Counts counts) {
    return Json.mapper()
        .createObjectNode()
        .put("requests", counts.requests())
        .put("failed", counts.failed())
        .put("p95_ms", counts.p95Nanos() / 1e6);
  }

  private static ObjectNode shadow(ShadowTraffic shadow) {
    ShadowTraffic.Compared compared = shadow.compared();
    ObjectNode wire = Json.mapper().createObjectNode();
    wire.put("served_entity_name", shadow.entity().name());
    wire.put("same", compared.same());
    wire.put("different", compared.different());
    wire.put("failed", compared.failed());
    wire.put("dropped", compared.dropped());
    wire.put("largest_difference", compared.largest());
    compared.lastDifferent().ifPresent(id -> wire.put("last_different_prediction_id", id));
    return wire;
  }
}
