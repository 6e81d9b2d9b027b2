package io.boathouse.serving.endpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.capture.CaptureConfig;
import io.boathouse.serving.inference.LiveEndpoint;
import io.boathouse.serving.inference.LiveEntity;
import io.boathouse.serving.scale.ScaledModel;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** An endpoint as the service's clients read it; times in milliseconds since the epoch. */
final class EndpointWire {
  private EndpointWire() {}

  static ObjectNode of(ServingEndpoint endpoint) {
    ObjectNode wire = summary(endpoint);
    wire.put("endpoint_url", "/serving-endpoints/" + endpoint.name() + "/invocations");
    wire.put("route_optimized", false);
    endpoint
        .state()
        .active()
        .ifPresent(active -> wire.set("config", config(active, endpoint.answering(), "")));
    endpoint
        .state()
        .pending()
        .ifPresent(
            pending -> {
              ObjectNode config =
                  config(pending, Optional.empty(), endpoint.state().message().orElse(""));
              config.put("start_time", pending.startedAt().toEpochMilli());
              wire.set("pending_config", config);
            });
    return wire;
  }

  static ObjectNode summary(ServingEndpoint endpoint) {
    ObjectNode wire = Json.mapper().createObjectNode();
    wire.put("id", endpoint.securable().id().toString());
    wire.put("name", endpoint.name());
    wire.put("creator", endpoint.securable().createdBy());
    wire.put("creation_timestamp", endpoint.securable().createdAt().toEpochMilli());
    wire.put("last_updated_timestamp", endpoint.updatedAt().toEpochMilli());
    endpoint.securable().comment().ifPresent(text -> wire.put("description", text));
    ArrayNode tags = wire.putArray("tags");
    endpoint.tags().forEach((key, value) -> tags.addObject().put("key", key).put("value", value));
    PolicyReader.writeRateLimits(endpoint.rateLimits(), wire);
    endpoint.frozen().ifPresent(frozen -> wire.set("frozen", Json.mapper().valueToTree(frozen)));
    ObjectNode state = wire.putObject("state");
    state.put("ready", endpoint.live() ? "READY" : "NOT_READY");
    state.put(
        "config_update",
        endpoint.publishing()
            ? EndpointState.Update.IN_PROGRESS.name()
            : endpoint.state().update().name());
    return wire;
  }

  private static ObjectNode config(
      Deployment deployment, Optional<LiveEndpoint> live, String failure) {
    ObjectNode wire = Json.mapper().createObjectNode();
    wire.put("config_version", deployment.configVersion());
    ArrayNode entities = wire.putArray("served_entities");
    ArrayNode models = wire.putArray("served_models");
    for (ServedEntity entity : deployment.config().entities()) {
      ObjectNode one = entity(deployment, entity, live, failure);
      entities.add(one);
      ObjectNode older = one.deepCopy();
      older.put("model_name", entity.model().toString());
      older.put("model_version", Integer.toString(entity.version()));
      models.add(older);
    }
    ObjectNode trafficConfig = wire.putObject("traffic_config");
    ArrayNode routes = trafficConfig.putArray("routes");
    for (ServedEntity entity : deployment.config().entities()) {
      routes
          .addObject()
          .put("served_entity_name", entity.name())
          .put("served_model_name", entity.name())
          .put("traffic_percentage", deployment.config().traffic().getOrDefault(entity.name(), 0));
    }
    PolicyReader.write(deployment.config().policy(), wire, trafficConfig);
    deployment
        .config()
        .capture()
        .ifPresent(capture -> wire.set("auto_capture_config", capture(capture)));
    return wire;
  }

  private static ObjectNode entity(
      Deployment deployment, ServedEntity entity, Optional<LiveEndpoint> live, String failure) {
    ObjectNode wire = Json.mapper().createObjectNode();
    wire.put("name", entity.name());
    wire.put("entity_name", entity.model().toString());
    wire.put("entity_version", Integer.toString(entity.version()));
    entity.alias().ifPresent(alias -> wire.put("alias", alias));
    for (Map.Entry<String, Object> setting : entity.settings().entrySet()) {
      wire.set(setting.getKey(), Json.mapper().valueToTree(setting.getValue()));
    }
    wire.put("creator", deployment.deployer().principal());
    wire.put("creation_timestamp", deployment.startedAt().toEpochMilli());
    ObjectNode state = wire.putObject("state");
    if (live.isPresent()) {
      residence(wire, state, live.get(), entity.name());
    } else if (failure.isEmpty()) {
      state.put("deployment", "DEPLOYMENT_CREATING");
      state.put("deployment_state_message", "Creating");
    } else {
      state.put("deployment", "DEPLOYMENT_FAILED");
      state.put("deployment_state_message", failure);
    }
    return wire;
  }

  /** Whether the model is in memory; a model that sleeps is ready all the same. */
  private static void residence(
      ObjectNode wire, ObjectNode state, LiveEndpoint live, String entity) {
    Optional<ScaledModel> model =
        live.entities().stream()
            .filter(one -> one.name().equals(entity))
            .findFirst()
            .flatMap(LiveEntity::scaled);
    state.put("deployment", "DEPLOYMENT_READY");
    state.put(
        "deployment_state_message",
        switch (model.map(ScaledModel::state).orElse(ScaledModel.State.READY)) {
          case READY, CLOSED -> "";
          case ASLEEP -> "Scaled to zero";
          case LOADING -> "Scaling from zero";
          case PARKED -> "Unloaded";
        });
    model.ifPresent(one -> wire.put("model_memory_bytes", one.bytes()));
  }

  private static ObjectNode capture(CaptureConfig capture) {
    ObjectNode wire = Json.mapper().createObjectNode();
    wire.put("catalog_name", capture.table().catalog());
    wire.put("schema_name", capture.table().schema());
    String table = capture.table().name();
    wire.put("table_name_prefix", table.substring(0, table.length() - "_payload".length()));
    wire.put("enabled", true);
    wire.put("policy", capture.policy().name().toLowerCase(Locale.ROOT));
    if (capture.samplingFraction() < 1) {
      wire.put("sampling_fraction", capture.samplingFraction());
    }
    if (capture.maxPayloadBytes() < CaptureConfig.USUAL_PAYLOAD) {
      wire.put("max_payload_bytes", capture.maxPayloadBytes());
    }
    wire.putObject("state").putObject("payload_table").put("name", table).put("status", "READY");
    return wire;
  }
}
