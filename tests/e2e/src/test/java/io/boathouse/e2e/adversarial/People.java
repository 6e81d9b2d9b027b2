package io.boathouse.e2e.adversarial;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Everybody of the matrix with a token, and what each of them can ask of a server over HTTP. */
final class People {
  private static final String SCIM = "/api/2.0/preview/scim/v2/";

  private final URI server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<Who, String> tokens = new EnumMap<>(Who.class);

  People(URI server, String administrator) {
    this.server = server;
    tokens.put(Who.ADMIN, administrator);
  }

  /** A reply whatever its status. */
  record Answer(int status, byte[] bytes, String prediction) {
    String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    JsonNode json() {
      return Json.parse(text());
    }
  }

  void arrive() {
    String members = "";
    for (Who who : Who.values()) {
      if (who == Who.ADMIN) {
        continue;
      }
      boolean robot = who == Who.SERVICE;
      JsonNode made =
          ok(
              Who.ADMIN,
              "POST",
              SCIM + (robot ? "ServicePrincipals" : "Users"),
              "{\"%s\": \"%s\"}".formatted(robot ? "displayName" : "userName", who.principal()));
      if (who == Who.INSIDER) {
        members = "{\"value\": \"" + made.path("id").asText() + "\"}";
      }
      JsonNode token =
          ok(
              Who.ADMIN,
              "POST",
              "/api/2.0/token-management/on-behalf-of/tokens",
              "{\"application_id\": \"%s\", \"lifetime_seconds\": 3600}"
                  .formatted(robot ? made.path("applicationId").asText() : who.principal()));
      tokens.put(who, token.path("token_value").asText());
    }
    JsonNode unused =
        ok(
            Who.ADMIN,
            "POST",
            SCIM + "Groups",
            "{\"displayName\": \"bypass-group\", \"members\": [" + members + "]}");
  }

  String token(Who who) {
    return tokens.get(who);
  }

  URI server() {
    return server;
  }

  /**
   * Asks.
   *
   * @param body empty for none
   */
  Answer ask(Who who, String method, String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(path.replace(" ", "%20").replace("\"", "%22")))
            .header("Accept", "application/json, text/event-stream")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!path.startsWith("http")) {
      request.header("Authorization", "Bearer " + tokens.get(who));
    }
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    try {
      HttpResponse<byte[]> reply = client.send(request.build(), BodyHandlers.ofByteArray());
      return new Answer(
          reply.statusCode(),
          reply.body(),
          reply.headers().firstValue("databricks-request-id").orElse(""));
    } catch (IOException e) {
      throw new AssertionError(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(method + " " + path, e);
    }
  }

  /** Asks for what must succeed. */
  JsonNode ok(Who who, String method, String path, String body) {
    Answer answer = ask(who, method, path, body);
    assertThat(answer.status()).as(method + " " + path + " " + answer.text()).isLessThan(300);
    return answer.bytes().length == 0 ? Json.mapper().createObjectNode() : answer.json();
  }

  /** Runs a statement to its end. */
  JsonNode statement(Who who, String sql) {
    return statement(who, sql, Map.of());
  }

  /** Runs a statement to its end. @param more fields of the request */
  JsonNode statement(Who who, String sql, Map<String, Object> more) {
    Map<String, Object> request = new HashMap<>(more);
    request.put("statement", sql);
    request.put("warehouse_id", "default");
    request.put("wait_timeout", "30s");
    return ok(
        who,
        "POST",
        "/api/2.0/sql/statements",
        new String(Json.write(request), StandardCharsets.UTF_8));
  }

  /** Runs statements that must succeed. @return the reply to the last one */
  JsonNode run(Who who, List<String> statements) {
    JsonNode last = Json.mapper().createObjectNode();
    for (String sql : statements) {
      last = statement(who, sql);
      assertThat(last.at("/status/state").asText()).as(sql + ": " + last).isEqualTo("SUCCEEDED");
    }
    return last;
  }

  void grant(String type, String name, Who who, String... privileges) {
    JsonNode unused =
        ok(
            Who.ADMIN,
            "PATCH",
            "/api/2.1/unity-catalog/permissions/%s/%s".formatted(type, name),
            "{\"changes\": [{\"principal\": \"%s\", \"add\": [\"%s\"]}]}"
                .formatted(who.principal(), String.join("\", \"", privileges)));
  }
}
