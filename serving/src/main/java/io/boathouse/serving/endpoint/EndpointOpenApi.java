package io.boathouse.serving.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.inference.RowSchema;

/** The OpenAPI document of one endpoint: how it is queried, and what a row carries. */
final class EndpointOpenApi {
  private EndpointOpenApi() {}

  static ObjectNode of(QueryableEndpoint endpoint) {
    ObjectNode document = Json.mapper().createObjectNode().put("openapi", "3.1.0");
    ObjectNode info = document.putObject("info");
    info.put("title", endpoint.live().name());
    info.put("version", Integer.toString(endpoint.live().configVersion()));
    endpoint.description().ifPresent(text -> info.put("description", text));
    ObjectNode post =
        document
            .putObject("paths")
            .putObject("/serving-endpoints/" + endpoint.live().name() + "/invocations")
            .putObject("post");
    post.put("operationId", "queryServingEndpoint");
    ObjectNode body = post.putObject("requestBody").put("required", true);
    ObjectNode schema = json(body);
    schema.put("type", "object");
    schema.putArray("required").add("dataframe_records");
    ObjectNode properties = schema.putObject("properties");
    ObjectNode rows = properties.putObject("dataframe_records");
    rows.put("type", "array").put("minItems", 1);
    rows.set("items", RowSchema.of(endpoint.live()));
    RowSchema.params(endpoint.live()).ifPresent(params -> properties.set("params", params));
    ObjectNode answered = post.putObject("responses").putObject("200");
    answered.put("description", "One prediction a row.");
    ObjectNode reply = json(answered);
    reply.put("type", "object");
    reply.putObject("properties").putObject("predictions");
    return document;
  }

  private static ObjectNode json(ObjectNode holder) {
    return holder.putObject("content").putObject("application/json").putObject("schema");
  }
}
