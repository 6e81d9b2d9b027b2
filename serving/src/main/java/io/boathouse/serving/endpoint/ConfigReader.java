package io.boathouse.serving.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.featurestore.spec.FeatureSpecService;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.registry.version.ModelVersionService;
import io.boathouse.serving.capture.CaptureConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the configuration of an endpoint as the service's clients send it. Aliases become version
 * numbers here, with the caller's rights, and stay what they were.
 */
final class ConfigReader {
  private static final List<String> SETTINGS =
      List.of(
          "workload_size",
          "workload_type",
          "scale_to_zero_enabled",
          "min_provisioned_throughput",
          "max_provisioned_throughput",
          "min_provisioned_concurrency",
          "max_provisioned_concurrency");

  private static final String ENVIRONMENT = "environment_vars";
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
  private static final Pattern SECRET =
      Pattern.compile("\\{\\{secrets/[A-Za-z0-9_.@-]{1,128}/[A-Za-z0-9_.-]{1,128}}}");

  private final ModelVersionService versions;
  private final FeatureSpecService specs;

  ConfigReader(ModelVersionService versions, FeatureSpecService specs) {
    this.versions = versions;
    this.specs = specs;
  }

  /**
   * @param config with served_entities or served_models, traffic_config, auto_capture_config
   * @param gateway ai_gateway, whose inference table is the newer form of the capture
   */
  EndpointConfig read(Caller caller, JsonNode config, JsonNode gateway) {
    JsonNode listed =
        config.has("served_entities")
            ? config.get("served_entities")
            : config.path("served_models");
    if (!listed.isArray() || listed.isEmpty()) {
      throw EndpointErrors.missing("config.served_entities");
    }
    List<ServedEntity> entities = new ArrayList<>();
    for (int i = 0; i < listed.size(); i++) {
      entities.add(entity(caller, "config.served_entities[" + i + "].", listed.get(i)));
    }
    return new EndpointConfig(
        entities,
        traffic(config.path("traffic_config"), entities),
        capture(config, gateway),
        PolicyReader.read(config));
  }

  private ServedEntity entity(Caller caller, String place, JsonNode entity) {
    if (entity.hasNonNull("external_model")) {
      throw EndpointErrors.unsupported(
          place + "external_model", "Serve a registered model version.");
    }
    Named named = named(caller, place, entity);
    Map<String, Object> settings = new LinkedHashMap<>();
    for (String setting : SETTINGS) {
      JsonNode value = entity.path(setting);
      if (value.isTextual()) {
        settings.put(setting, value.textValue());
      } else if (value.isBoolean()) {
        settings.put(setting, value.booleanValue());
      } else if (value.isIntegralNumber()) {
        settings.put(setting, value.longValue());
      }
    }
    environment(place + ENVIRONMENT, entity.path(ENVIRONMENT), settings);
    String served = entity.path("name").asText("");
    return new ServedEntity(
        served.isEmpty() ? named.name().name() + "-" + named.version() : served,
        named.kind(),
        named.name(),
        named.version(),
        named.alias(),
        settings);
  }

  private record Named(
      ServedEntity.Kind kind, FullName name, int version, Optional<String> alias) {}

  private Named named(Caller caller, String place, JsonNode entity) {
    String name = text(place, entity, "entity_name", "model_name");
    Optional<String> alias = Optional.empty();
    int at = name.indexOf('@');
    if (at >= 0) {
      alias = Optional.of(name.substring(at + 1));
      name = name.substring(0, at);
    }
    FullName model = model(place, name);
    if (alias.isEmpty()) {
      Optional<Integer> newest = newestSpec(caller, model);
      if (newest.isPresent()) {
        JsonNode version = entity.path("entity_version");
        return new Named(
            ServedEntity.Kind.FEATURE_SPEC,
            model,
            version.asText("").isEmpty() ? newest.get() : number(place, version.asText()),
            Optional.empty());
      }
    }
    String version = alias.orElse("");
    if (alias.isEmpty()) {
      version = text(place, entity, "entity_version", "model_version");
      if (!version.matches("[0-9]+")) {
        version = version.startsWith("@") ? version.substring(1) : version;
        alias = Optional.of(version);
      }
    }
    int number =
        alias.isPresent()
            ? versions.getByAlias(caller, model, alias.get()).number()
            : number(place, version);
    return new Named(ServedEntity.Kind.MODEL, model, number, alias);
  }

  /** The newest version of the feature spec of that name. @return empty if there is none */
  private Optional<Integer> newestSpec(Caller caller, FullName name) {
    try {
      return Optional.of(specs.latest(caller, name).version());
    } catch (LakeException e) {
      if (e.code() == ErrorCode.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Variables by name; a secret stays a reference, and nothing here reads it. */
  private static void environment(String place, JsonNode variables, Map<String, Object> settings) {
    if (variables.isMissingNode() || variables.isNull() || variables.isEmpty()) {
      return;
    }
    if (!variables.isObject()) {
      throw EndpointErrors.invalid(place, variables.toString(), "an object of texts by name");
    }
    Map<String, String> found = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> variable : variables.properties()) {
      String value = variable.getValue().asText();
      if (!VARIABLE.matcher(variable.getKey()).matches() || !variable.getValue().isValueNode()) {
        throw EndpointErrors.invalid(
            place, variable.getKey(), "letters, digits and '_', with a text");
      }
      if (value.startsWith("{{") && !SECRET.matcher(value).matches()) {
        throw EndpointErrors.invalid(
            place + "." + variable.getKey(), value, "{{secrets/scope/key}} or a plain text");
      }
      found.put(variable.getKey(), value);
    }
    settings.put(ENVIRONMENT, found);
  }

  private static FullName model(String place, String name) {
    FullName model = FullName.parse(name);
    if (model.parts().size() != 3) {
      throw EndpointErrors.invalid(place + "entity_name", name, "catalog.schema.model");
    }
    return model;
  }

  private static int number(String place, String version) {
    if (!version.matches("[0-9]{1,9}") || Integer.parseInt(version) < 1) {
      throw EndpointErrors.invalid(
          place + "entity_version", version, "a version number or an alias");
    }
    return Integer.parseInt(version);
  }

  private static Map<String, Integer> traffic(JsonNode config, List<ServedEntity> entities) {
    JsonNode routes = config.path("routes");
    Map<String, Integer> traffic = new LinkedHashMap<>();
    if (!routes.isArray() || routes.isEmpty()) {
      for (int i = 0; i < entities.size(); i++) {
        traffic.put(entities.get(i).name(), i == 0 ? 100 : 0);
      }
      return traffic;
    }
    for (int i = 0; i < routes.size(); i++) {
      String place = "config.traffic_config.routes[" + i + "].";
      JsonNode percentage = routes.get(i).path("traffic_percentage");
      if (!percentage.isIntegralNumber() || !percentage.canConvertToInt()) {
        throw EndpointErrors.invalid(
            place + "traffic_percentage", percentage.toString(), "a whole number from 0 to 100");
      }
      String name = text(place, routes.get(i), "served_entity_name", "served_model_name");
      if (traffic.put(name, percentage.intValue()) != null) {
        throw EndpointErrors.invalid(place + "served_entity_name", name, "each entity once");
      }
    }
    return traffic;
  }

  private static Optional<CaptureConfig> capture(JsonNode config, JsonNode gateway) {
    JsonNode newer = gateway.path("inference_table_config");
    JsonNode capture = newer.isObject() ? newer : config.path("auto_capture_config");
    String place = newer.isObject() ? "ai_gateway.inference_table_config." : "auto_capture_config.";
    boolean enabled = capture.path("enabled").asBoolean(!newer.isObject());
    if (!capture.isObject() || !enabled) {
      return Optional.empty();
    }
    String prefix = text(place, capture, "table_name_prefix", "table_name_prefix");
    FullName table =
        FullName.of(
            text(place, capture, "catalog_name", "catalog_name"),
            text(place, capture, "schema_name", "schema_name"),
            prefix + "_payload");
    return Optional.of(
        new CaptureConfig(
            table,
            policy(place, capture.path("policy")),
            fraction(place, capture.path("sampling_fraction")),
            payload(place, capture.path("max_payload_bytes"))));
  }

  private static double fraction(String place, JsonNode value) {
    if (!value.isMissingNode() && !value.isNull() && !value.isNumber()) {
      throw EndpointErrors.invalid(
          place + "sampling_fraction", value.toString(), "a number above 0, at most 1");
    }
    return value.asDouble(1);
  }

  private static int payload(String place, JsonNode value) {
    if (!value.isMissingNode() && !value.isNull() && !value.canConvertToInt()) {
      throw EndpointErrors.invalid(
          place + "max_payload_bytes", value.toString(), "a whole number of bytes");
    }
    return value.asInt(CaptureConfig.USUAL_PAYLOAD);
  }

  private static CaptureConfig.Policy policy(String place, JsonNode policy) {
    return switch (policy.asText("best_effort").toLowerCase(Locale.ROOT)) {
      case "required" -> CaptureConfig.Policy.REQUIRED;
      case "best_effort" -> CaptureConfig.Policy.BEST_EFFORT;
      default ->
          throw EndpointErrors.invalid(
              place + "policy", policy.asText(), "required or best_effort");
    };
  }

  private static String text(String place, JsonNode object, String field, String olderField) {
    JsonNode value = object.has(field) ? object.get(field) : object.path(olderField);
    if (value.isMissingNode() || value.isNull()) {
      throw EndpointErrors.missing(place + field);
    }
    if (!value.isTextual() && !value.isIntegralNumber()) {
      throw EndpointErrors.invalid(place + field, value.toString(), "a text");
    }
    return value.asText();
  }
}
