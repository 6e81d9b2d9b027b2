package io.boathouse.serving.endpoint;

import io.boathouse.serving.capture.CaptureConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an endpoint serves.
 *
 * @param traffic percentage by the entity's name; together 100
 * @param policy what it does beyond answering
 */
public record EndpointConfig(
    List<ServedEntity> entities,
    Map<String, Integer> traffic,
    Optional<CaptureConfig> capture,
    EndpointPolicy policy) {
  private static final int MAX_ENTITIES = 16;
  private static final int HUNDRED = 100;

  public EndpointConfig {
    entities = List.copyOf(entities);
    traffic = Map.copyOf(traffic);
    if (entities.isEmpty() || entities.size() > MAX_ENTITIES) {
      throw EndpointErrors.invalid(
          "config.served_entities", Integer.toString(entities.size()), "1 to 16 entities");
    }
    List<String> names = entities.stream().map(ServedEntity::name).toList();
    if (names.stream().distinct().count() != names.size()) {
      throw EndpointErrors.invalid(
          "config.served_entities.name", names.toString(), "a different name for each entity");
    }
    policy
        .shadow()
        .map(ShadowPolicy::entity)
        .filter(shadow -> !names.contains(shadow))
        .ifPresent(
            shadow -> {
              throw EndpointErrors.invalid(
                  "config.traffic_config.shadow.served_entity_name",
                  shadow,
                  "one of the served entities " + names);
            });
    int sum = 0;
    for (Map.Entry<String, Integer> route : traffic.entrySet()) {
      if (!names.contains(route.getKey())) {
        throw EndpointErrors.invalid(
            "config.traffic_config.routes", route.getKey(), "one of the served entities " + names);
      }
      if (route.getValue() < 0 || route.getValue() > HUNDRED) {
        throw EndpointErrors.invalid(
            "config.traffic_config.routes.traffic_percentage",
            Integer.toString(route.getValue()),
            "0 to 100");
      }
      sum += route.getValue();
    }
    if (sum != HUNDRED) {
      throw EndpointErrors.invalid(
          "config.traffic_config.routes.traffic_percentage",
          Integer.toString(sum),
          "percentages that add up to 100");
    }
  }

  /** The same with other entities. */
  EndpointConfig with(List<ServedEntity> others) {
    return new EndpointConfig(others, traffic, capture, policy);
  }

  /** The percentages in the order of the entities. */
  public List<Integer> percentages() {
    return entities.stream().map(entity -> traffic.getOrDefault(entity.name(), 0)).toList();
  }
}
