package io.boathouse.server.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import io.boathouse.server.client.RestClient;
import io.boathouse.server.client.RestException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

/** Those who ask in the story, each with a token of its own. */
final class People {
  private final Stage stage;

  People(Stage stage) {
    this.stage = stage;
  }

  /** Makes a user, or finds it. @return a token of an hour */
  String token(String name) throws IOException, InterruptedException {
    try {
      var unused =
          stage
              .server()
              .post(
                  "/api/2.0/preview/scim/v2/Users",
                  Map.of(
                      "schemas",
                      List.of("urn:ietf:params:scim:schemas:core:2.0:User"),
                      "userName",
                      name));
    } catch (RestException e) {
      if (e.status() != 409) {
        throw e;
      }
    }
    return stage
        .server()
        .post(
            "/api/2.0/token-management/on-behalf-of/tokens",
            Map.of("application_id", name, "lifetime_seconds", 3600, "comment", "quickstart"))
        .path("token_value")
        .asText();
  }

  /** A client of the server with somebody's token. */
  RestClient client(String token) {
    return new RestClient(URI.create(stage.server().url()), token);
  }

  /** Calls a tool as an agent does. @return the result, or the error */
  JsonNode tool(String token, String name, Map<String, Object> arguments)
      throws IOException, InterruptedException {
    HttpResponse<String> reply =
        client(token)
            .exchange(
                "POST",
                "/mcp",
                Map.of(
                    "jsonrpc",
                    "2.0",
                    "id",
                    1,
                    "method",
                    "tools/call",
                    "params",
                    Map.of("name", name, "arguments", arguments)));
    JsonNode message = Json.parse(reply.body());
    return message.has("result") ? message.path("result") : message.path("error");
  }

  /** Grants privileges; what was granted before stays. */
  void grant(String type, String name, String principal, String... privileges)
      throws IOException, InterruptedException {
    var unused =
        stage
            .server()
            .send(
                "PATCH",
                "/api/2.1/unity-catalog/permissions/%s/%s".formatted(type, name),
                Map.of(
                    "changes",
                    List.of(Map.of("principal", principal, "add", List.of(privileges)))));
  }
}
