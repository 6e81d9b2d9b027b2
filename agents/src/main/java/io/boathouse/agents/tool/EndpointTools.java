package io.boathouse.agents.tool;

import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.endpoint.QueryableEndpoint;
import io.boathouse.serving.inference.LiveEndpoint;
import io.boathouse.serving.inference.RowSchema;
import io.boathouse.serving.prediction.InvocationService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One tool for each serving endpoint that the caller may query, named {@code query_} and the
 * endpoint's name. A name that belongs to no endpoint is refused like that of a hidden one.
 */
public final class EndpointTools implements ToolSource {
  private static final String PREFIX = "query_";
  private static final Pattern NAME = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{1,63}");
  private static final int MAX_ROWS = 1_000;
  private static final int LONGEST_DESCRIPTION = 500;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final InvocationService invocations;

  public EndpointTools(InvocationService invocations) {
    this.invocations = invocations;
  }

  @Override
  public List<Tool> list(Caller caller) {
    return invocations.list(caller).stream().<Tool>map(this::tool).toList();
  }

  @Override
  public Optional<Tool> find(Caller caller, String name) {
    if (!NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    String endpoint = name.substring(PREFIX.length());
    try {
      return Optional.of(tool(invocations.get(caller, endpoint)));
    } catch (LakeException e) {
      throw e.code() == NOT_FOUND
          ? ToolErrors.notUsable(Privilege.CAN_QUERY, SecurableType.SERVING_ENDPOINT, endpoint)
          : e;
    }
  }

  private EndpointTool tool(QueryableEndpoint endpoint) {
    return new EndpointTool(
        invocations, endpoint.live().name(), spec(endpoint.live(), endpoint.description()));
  }

  private static ToolSpec spec(LiveEndpoint endpoint, Optional<String> description) {
    String models =
        endpoint.entities().stream()
            .map(entity -> entity.model() + " version " + entity.version())
            .collect(Collectors.joining(", "));
    String said =
        description
            .map(text -> text.replaceAll("\\p{Cntrl}", " ").strip())
            .filter(text -> !text.isEmpty())
            .map(text -> " Its owner says: " + Schemas.shortened(text, LONGEST_DESCRIPTION))
            .orElse("");
    return new ToolSpec(
        PREFIX + endpoint.name(),
        "Predict with " + endpoint.name(),
        "Asks the endpoint '%s' (%s) for one prediction a row.%s"
            .formatted(endpoint.name(), models, said),
        schema(endpoint),
        true);
  }

  private static ObjectNode schema(LiveEndpoint endpoint) {
    ObjectNode schema = Schemas.object();
    ObjectNode rows =
        Schemas.property(schema, "rows", "array", "What to predict for, one object a row.")
            .put("minItems", 1)
            .put("maxItems", MAX_ROWS);
    rows.set("items", RowSchema.of(endpoint));
    Schemas.required(schema, "rows");
    return schema;
  }

  /** Asks one endpoint. */
  private record EndpointTool(InvocationService invocations, String endpoint, ToolSpec spec)
      implements Tool {
    @Override
    public ToolResult call(Caller caller, ObjectNode arguments, ToolProgress progress) {
      ObjectNode body = Json.mapper().createObjectNode();
      body.set("instances", arguments.path("rows"));
      InvocationService.Invocation answer = invocations.invoke(caller, endpoint, body, PATIENCE);
      ObjectNode reply = Json.mapper().createObjectNode();
      reply.put("prediction_id", answer.id()).put("served_model", answer.servedModel());
      answer.reply().properties().forEach(field -> reply.set(field.getKey(), field.getValue()));
      return ToolResult.of(reply);
    }
  }
}
