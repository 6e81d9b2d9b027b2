package io.boathouse.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.agents.tool.Schemas;
import io.boathouse.agents.tool.Tool;
import io.boathouse.agents.tool.ToolErrors;
import io.boathouse.agents.tool.ToolProgress;
import io.boathouse.agents.tool.ToolResult;
import io.boathouse.agents.tool.ToolSpec;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.lookup.AssembledRows;
import io.boathouse.featurestore.lookup.FeatureLookupService;
import io.boathouse.featurestore.lookup.LookupPlan;
import io.boathouse.featurestore.spec.FeatureSpecService;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the newest features by key with the caller's own rights, for agents: their room may not
 * know the feature store.
 */
final class FeatureLookupTool implements Tool {
  private static final int MAX_KEYS = 1_000;
  private static final int MAX_FEATURES = 1_000;
  private static final int LONGEST_NAME = 800;

  private final FeatureLookupService lookups;
  private final FeatureSpecService specs;

  FeatureLookupTool(FeatureLookupService lookups, FeatureSpecService specs) {
    this.lookups = lookups;
    this.specs = specs;
  }

  @Override
  public ToolSpec spec() {
    ObjectNode schema = Schemas.object();
    var _ =
        Schemas.property(
                schema, "table", "string", "Feature table, catalog.schema.table. This or 'spec'.")
            .put("maxLength", LONGEST_NAME);
    var _ =
        Schemas.property(
                schema, "spec", "string", "Feature spec, catalog.schema.spec. This or 'table'.")
            .put("maxLength", LONGEST_NAME);
    var _ =
        Schemas.property(schema, "version", "integer", "Version of the spec; the newest if absent.")
            .put("minimum", 1);
    ObjectNode keys =
        Schemas.property(
                schema,
                "keys",
                "array",
                "One object a row: the table's primary keys, or the spec's inputs, by name.")
            .put("minItems", 1)
            .put("maxItems", MAX_KEYS);
    keys.putObject("items").put("type", "object");
    ObjectNode features =
        Schemas.property(schema, "features", "array", "Names of features; all if absent.")
            .put("maxItems", MAX_FEATURES);
    features.putObject("items").put("type", "string");
    Schemas.required(schema, "keys");
    return new ToolSpec(
        "feature_lookup",
        "Feature lookup",
        "Reads the newest feature values by key from the online store. Each value comes with a"
            + " status: PRESENT, NULL, or NOT_FOUND if there is no such key.",
        schema,
        true);
  }

  @Override
  public ToolResult call(Caller caller, ObjectNode arguments, ToolProgress progress) {
    LookupPlan plan = plan(caller, arguments);
    return ToolResult.of(reply(plan.assemble(rows(arguments.path("keys"))), names(arguments)));
  }

  private LookupPlan plan(Caller caller, ObjectNode arguments) {
    if (arguments.has("table") == arguments.has("spec")) {
      throw ToolErrors.invalidArgument(
          "arguments", "without one of them", "either 'table' or 'spec'");
    }
    if (arguments.has("table")) {
      FullName table = FullName.parse(SecurableType.TABLE, arguments.path("table").textValue());
      try {
        return lookups.plan(caller, table, names(arguments));
      } catch (LakeException e) {
        throw e.code() == ErrorCode.NOT_FOUND
            ? ToolErrors.notUsable(Privilege.SELECT, SecurableType.TABLE, table.toString())
            : e;
      }
    }
    FullName name = FullName.parse(SecurableType.FUNCTION, arguments.path("spec").textValue());
    int version =
        arguments.has("version")
            ? Math.clamp(arguments.path("version").longValue(), 1, Integer.MAX_VALUE)
            : specs.latest(caller, name).version();
    return lookups.plan(caller, name, version);
  }

  private static List<String> names(ObjectNode arguments) {
    List<String> names = new ArrayList<>();
    arguments.path("features").forEach(name -> names.add(name.textValue()));
    return names;
  }

  private static List<Map<String, @Nullable Object>> rows(JsonNode keys) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>(keys.size());
    for (JsonNode key : keys) {
      Map<String, @Nullable Object> row = LinkedHashMap.newLinkedHashMap(key.size());
      key.properties().forEach(field -> row.put(field.getKey(), plain(field.getValue())));
      rows.add(row);
    }
    return rows;
  }

  private static @Nullable Object plain(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL -> null;
      case STRING -> value.textValue();
      case BOOLEAN -> value.booleanValue();
      case NUMBER -> value.numberValue();
      default -> value.toString();
    };
  }

  /**
   * @param wanted names of outputs; empty for all
   */
  private static ObjectNode reply(AssembledRows rows, List<String> wanted) {
    ObjectNode reply = Json.mapper().createObjectNode();
    ArrayNode found = reply.putArray("rows");
    for (int row = 0; row < rows.rows(); row++) {
      ObjectNode features = found.addObject();
      for (int column = 0; column < rows.columns().size(); column++) {
        String name = rows.columns().get(column).name();
        if (wanted.isEmpty() || wanted.contains(name)) {
          ObjectNode cell = features.putObject(name);
          cell.set("value", Json.mapper().valueToTree(rows.value(row, column)));
          cell.put("status", rows.status(row, column).name());
        }
      }
    }
    return reply;
  }
}
