package io.boathouse.serving.endpoint;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.capture.CaptureConfig;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A deployment as it is stored. */
final class DeploymentJson {
  private DeploymentJson() {}

  record Entity(
      @JsonProperty("name") String name,
      @JsonProperty("kind") ServedEntity.@Nullable Kind kind,
      @JsonProperty("model") String model,
      @JsonProperty("version") int version,
      @JsonProperty("alias") @Nullable String alias,
      @JsonProperty("settings") Map<String, Object> settings) {}

  record Capture(
      @JsonProperty("table") String table,
      @JsonProperty("policy") CaptureConfig.Policy policy,
      @JsonProperty("sampling_fraction") @Nullable Double samplingFraction,
      @JsonProperty("max_payload_bytes") @Nullable Integer maxPayloadBytes) {
    static Capture of(CaptureConfig config) {
      return new Capture(
          config.table().toString(),
          config.policy(),
          config.samplingFraction(),
          config.maxPayloadBytes());
    }

    /** What is missing was so before it could be said. */
    CaptureConfig config() {
      return new CaptureConfig(
          FullName.parse(table),
          policy,
          samplingFraction == null ? 1 : samplingFraction,
          maxPayloadBytes == null ? CaptureConfig.USUAL_PAYLOAD : maxPayloadBytes);
    }
  }

  record Deployer(
      @JsonProperty("id") UUID id,
      @JsonProperty("name") String name,
      @JsonProperty("kind") Caller.Kind kind) {}

  record Stored(
      @JsonProperty("version") int version,
      @JsonProperty("entities") List<Entity> entities,
      @JsonProperty("traffic") Map<String, Integer> traffic,
      @JsonProperty("capture") @Nullable Capture capture,
      @JsonProperty("policy") @Nullable JsonNode policy,
      @JsonProperty("deployer") Deployer deployer,
      @JsonProperty("started_at") Instant startedAt) {}

  static String write(Deployment deployment) {
    EndpointConfig config = deployment.config();
    return Json.writeText(
        new Stored(
            deployment.configVersion(),
            config.entities().stream().map(DeploymentJson::entity).toList(),
            config.traffic(),
            config.capture().map(Capture::of).orElse(null),
            policy(config.policy()),
            new Deployer(
                deployment.deployer().principalId(),
                deployment.deployer().principal(),
                deployment.deployer().kind()),
            deployment.startedAt()));
  }

  static Deployment read(String text) {
    Stored stored = Json.parse(text.getBytes(StandardCharsets.UTF_8), Stored.class);
    return new Deployment(
        stored.version(),
        new EndpointConfig(
            stored.entities().stream().map(DeploymentJson::entity).toList(),
            stored.traffic(),
            Optional.ofNullable(stored.capture()).map(Capture::config),
            PolicyReader.read(
                stored.policy() == null ? MissingNode.getInstance() : stored.policy())),
        new Deployment.Deployer(
            stored.deployer().id(), stored.deployer().name(), stored.deployer().kind()),
        stored.startedAt());
  }

  /** As it was asked for. */
  private static JsonNode policy(EndpointPolicy policy) {
    ObjectNode config = Json.mapper().createObjectNode();
    ObjectNode trafficConfig = config.putObject("traffic_config");
    PolicyReader.write(policy, config, trafficConfig);
    return config;
  }

  private static Entity entity(ServedEntity entity) {
    return new Entity(
        entity.name(),
        entity.kind(),
        entity.model().toString(),
        entity.version(),
        entity.alias().orElse(null),
        entity.settings());
  }

  private static ServedEntity entity(Entity stored) {
    return new ServedEntity(
        stored.name(),
        stored.kind() == null ? ServedEntity.Kind.MODEL : stored.kind(),
        FullName.parse(stored.model()),
        stored.version(),
        Optional.ofNullable(stored.alias()),
        stored.settings());
  }
}
