package io.boathouse.serving.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.batch.BatchLimits;
import io.boathouse.serving.inference.RateLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The members of a configuration that are ours, beside those that clients of the service know:
 * {@code traffic_config.shadow}, {@code canary}, {@code batching}, {@code on_alias_change}.
 */
final class PolicyReader {
  private static final String PERCENTAGE = "percentage";
  private static final String CANARY = "config.canary.";
  private static final String BATCHING = "config.batching.";

  private PolicyReader() {}

  static EndpointPolicy read(JsonNode config) {
    return new EndpointPolicy(
        canary(config.path("canary")),
        shadow(config.path("traffic_config").path("shadow")),
        batching(config.path("batching")),
        followAliases(config.path("on_alias_change")));
  }

  /** Writes what was read into the configuration that is shown. */
  static void write(EndpointPolicy policy, ObjectNode config, ObjectNode trafficConfig) {
    policy
        .shadow()
        .ifPresent(
            shadow ->
                trafficConfig
                    .putObject("shadow")
                    .put("served_entity_name", shadow.entity())
                    .put(PERCENTAGE, shadow.percentage())
                    .put("tolerance", shadow.tolerance()));
    policy
        .canary()
        .ifPresent(
            canary -> {
              ObjectNode wire = config.putObject("canary");
              wire.set("steps", Json.mapper().valueToTree(canary.steps()));
              wire.put("step_seconds", canary.stepTime().toSeconds());
              wire.put("min_requests", canary.minRequests());
              wire.put("max_error_rate", canary.limits().errorRate());
              wire.put("max_latency_ratio", canary.limits().latencyRatio());
            });
    policy
        .batching()
        .ifPresent(
            batching ->
                config
                    .putObject("batching")
                    .put("max_rows", batching.maxRows())
                    .put("max_delay_ms", batching.maxDelay().toMillis())
                    .put("queue_rows", batching.queueRows()));
    if (policy.followAliases()) {
      config.put("on_alias_change", "redeploy");
    }
  }

  /** The limits of {@code rate_limits}, as clients of the service send them. */
  static List<RateLimit> rateLimits(JsonNode list) {
    List<RateLimit> limits = new ArrayList<>();
    if (list.isMissingNode() || list.isNull()) {
      return limits;
    }
    if (!list.isArray()) {
      throw EndpointErrors.invalid("rate_limits", list.toString(), "a list of limits");
    }
    for (int i = 0; i < list.size(); i++) {
      limits.add(rateLimit("rate_limits[" + i + "].", list.get(i)));
    }
    return limits;
  }

  private static RateLimit rateLimit(String place, JsonNode limit) {
    String period = limit.path("renewal_period").asText("");
    if (!period.equals("minute")) {
      throw EndpointErrors.invalid(place + "renewal_period", period, "minute");
    }
    if (limit.hasNonNull("tokens")) {
      throw EndpointErrors.unsupported(place + "tokens", "Limit the calls.");
    }
    JsonNode calls = limit.path("calls");
    if (!calls.isIntegralNumber() || !calls.canConvertToLong() || calls.longValue() < 0) {
      throw EndpointErrors.invalid(place + "calls", calls.toString(), "a whole number from 0");
    }
    Optional<String> principal = Optional.ofNullable(limit.path("principal").textValue());
    String key = limit.path("key").asText("endpoint");
    return switch (key) {
      case "endpoint" -> new RateLimit(calls.longValue(), RateLimit.Key.ENDPOINT, Optional.empty());
      case "user", "service_principal" ->
          new RateLimit(calls.longValue(), RateLimit.Key.USER, principal);
      case "user_group" ->
          throw EndpointErrors.unsupported(place + "key", "Limit users or the endpoint.");
      default -> throw EndpointErrors.invalid(place + "key", key, "user or endpoint");
    };
  }

  static void writeRateLimits(List<RateLimit> limits, ObjectNode wire) {
    for (RateLimit limit : limits) {
      ObjectNode one = wire.withArray("rate_limits").addObject();
      one.put("calls", limit.calls());
      one.put("key", limit.key().name().toLowerCase(Locale.ROOT));
      one.put("renewal_period", "minute");
      limit.principal().ifPresent(name -> one.put("principal", name));
    }
  }

  private static Optional<CanaryPolicy> canary(JsonNode canary) {
    if (!canary.isObject()) {
      return Optional.empty();
    }
    List<Integer> steps = new ArrayList<>();
    for (JsonNode step : canary.path("steps")) {
      steps.add(step.isIntegralNumber() ? step.asInt() : -1);
    }
    return Optional.of(
        new CanaryPolicy(
            steps,
            Duration.ofSeconds(whole(CANARY, canary, "step_seconds", 300)),
            whole(CANARY, canary, "min_requests", 100),
            new CanaryPolicy.Limits(
                fraction(CANARY, canary, "max_error_rate", 0.01),
                fraction(CANARY, canary, "max_latency_ratio", 2))));
  }

  private static Optional<ShadowPolicy> shadow(JsonNode shadow) {
    if (!shadow.isObject()) {
      return Optional.empty();
    }
    String place = "config.traffic_config.shadow.";
    String entity = shadow.path("served_entity_name").asText("");
    if (entity.isEmpty()) {
      throw EndpointErrors.missing(place + "served_entity_name");
    }
    return Optional.of(
        new ShadowPolicy(
            entity,
            whole(place, shadow, PERCENTAGE, 100),
            fraction(place, shadow, "tolerance", 1e-6)));
  }

  private static Optional<BatchLimits> batching(JsonNode batching) {
    if (!batching.isObject()) {
      return Optional.empty();
    }
    BatchLimits defaults = BatchLimits.DEFAULTS;
    int rows = whole(BATCHING, batching, "max_rows", defaults.maxRows());
    int delay = whole(BATCHING, batching, "max_delay_ms", (int) defaults.maxDelay().toMillis());
    int queue = whole(BATCHING, batching, "queue_rows", Math.max(rows, defaults.queueRows()));
    require(rows >= 2 && rows <= 4096, "max_rows", rows, "2 to 4096");
    require(delay >= 0 && delay <= 1000, "max_delay_ms", delay, "0 to 1000");
    require(queue >= rows && queue <= 100_000, "queue_rows", queue, "max_rows to 100000");
    return Optional.of(new BatchLimits(rows, Duration.ofMillis(delay), queue));
  }

  private static void require(boolean fits, String field, int value, String expected) {
    if (!fits) {
      throw EndpointErrors.invalid(BATCHING + field, Integer.toString(value), expected);
    }
  }

  private static boolean followAliases(JsonNode wanted) {
    if (wanted.isMissingNode() || wanted.isNull()) {
      return false;
    }
    return switch (wanted.asText()) {
      case "redeploy" -> true;
      case "keep" -> false;
      default ->
          throw EndpointErrors.invalid(
              "config.on_alias_change", wanted.toString(), "redeploy or keep");
    };
  }

  private static int whole(String place, JsonNode object, String field, int absent) {
    JsonNode value = object.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return absent;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw EndpointErrors.invalid(place + field, value.toString(), "a whole number");
    }
    return value.intValue();
  }

  private static double fraction(String place, JsonNode object, String field, double absent) {
    JsonNode value = object.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return absent;
    }
    if (!value.isNumber()) {
      throw EndpointErrors.invalid(place + field, value.toString(), "a number");
    }
    return value.doubleValue();
  }
}
