package io.boathouse.platform.http;

import static io.boathouse.platform.http.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that mean harm or are broken; after each the server answers the next one. */
class HttpAdversariesTest extends HostileClients {
  /** Without the call of requestId's character check the forged line appeared in the reply. */
  @ParameterizedTest
  @ValueSource(strings = {"a b", "a\tb", "x%0d%0aSet-Cookie: a=b", "<script>", "\u00e9"})
  void case35_aRequestIdThatCouldForgeLinesIsReplaced(String id) throws Exception {
    String reply =
        RawHttp.exchange(
            server.port(),
            "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nx-request-id: "
                + id
                + "\r\n\r\n");
    assertThat(reply).startsWith("HTTP/1.1 200").doesNotContain("x-request-id: " + id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /health HTTP/1.1|Host: localhost|Content-Length: 5|Content-Length: 6||abcdef",
        "POST /echo/item HTTP/1.1|Host: localhost|Content-Length: 4|Transfer-Encoding: chunked||0||"
            + "GET /health HTTP/1.1|Host: a||",
        "GET /health HTTP/1.1|Host: localhost|Content-Length: -1||",
        "GET /health HTTP/9.9|Host: localhost||",
        "GET /health||",
        "\u0000\u0001\u0002||",
        "GET /health HTTP/1.1|Host : localhost||",
        "GET /health HTTP/1.1|Bad Header: x||",
        "GET /echo/whoami HTTP/1.1|Host: localhost|X: a| b|Content-Length: x||"
      })
  void malformedHttpIsRefusedOrClosedAndNeverSmuggles(String request) throws Exception {
    String reply = RawHttp.exchange(server.port(), request.replace("|", "\r\n"));
    assertThat(reply.split("HTTP/1.1 200", -1).length).as(reply).isLessThanOrEqualTo(2);
    assertThat(reply).doesNotContain("HTTP/1.1 500").doesNotContain("Exception");
  }

  /** Without checkHost the rebound name was served. */
  @Test
  void case29_foreignHostsAndOriginsAreRefused() throws Exception {
    assertThat(status("Host: evil.example.com")).isEqualTo(403);
    assertThat(status("Host: evil.example.com:8080")).isEqualTo(403);
    assertThat(status("Host: 10.1.2.3")).isEqualTo(403);
    assertThat(status("Host: localhost.evil.example.com")).isEqualTo(403);
    assertThat(status("Host: localhost")).isEqualTo(200);
    assertThat(status("Host: localhost:1234")).isEqualTo(200);
    assertThat(status("Host: [::1]:1234")).isEqualTo(200);
    assertThat(status("Host: 127.0.0.1:" + server.port())).isEqualTo(200);
    assertThat(status("Host: localhost\r\nOrigin: http://localhost:3000")).isEqualTo(200);
    assertThat(status("Host: localhost\r\nOrigin: https://evil.example.com")).isEqualTo(403);
    assertThat(status("Host: localhost\r\nOrigin: null")).isEqualTo(403);
    assertThat(status("X-No-Host: at-all")).isBetween(400, 403);
    String probe =
        RawHttp.exchange(
            server.port(),
            "GET /health HTTP/1.1\r\nHost: node-7.cluster\r\nConnection: close\r\n\r\n");
    assertThat(probe).startsWith("HTTP/1.1 200");
  }

  private static int status(String headers) throws IOException {
    String reply =
        RawHttp.exchange(
            server.port(),
            "GET /echo/whoami HTTP/1.1\r\n"
                + headers
                + "\r\nAuthorization: Bearer ann-token\r\nConnection: close\r\n\r\n");
    return Integer.parseInt(reply.substring(9, 12));
  }

  /** Without the strict features of Json each of these was accepted. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1,\"a\":2}",
        "{\"a\":1} {\"b\":2}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":1e400}",
        "{\"a\":[1,{\"b\":-1e999}]}",
        "{\"a\":01}",
        "{'a':1}",
        "{\"a\":1,}",
        "// comment\n{}",
        "{\"a\":\"\u0001\"}",
        "{",
        "nul"
      })
  void case37_ambiguousJsonIsRefusedWithItsPlace(String body) {
    HttpResponse<String> reply = server.post("/echo/json/DATABRICKS", body);
    assertThat(reply.statusCode()).as(body).isEqualTo(400);
    assertThat(json(reply).path("error_code").textValue()).isEqualTo("INVALID_PARAMETER_VALUE");
    assertThat(json(reply).path("message").textValue()).containsAnyOf("line 1", "line 2", "'a");
  }

  @Test
  void case37_numbersAtTheEdgeKeepTheirValueOrAreRefused() {
    assertThat(server.post("/echo/json/DATABRICKS", "{\"a\":-0,\"b\":9223372036854775807}").body())
        .isEqualTo("{\"a\":0,\"b\":9223372036854775807}");
    assertThat(server.post("/echo/json/DATABRICKS", "{\"__proto__\":{\"x\":1}}").body())
        .isEqualTo("{\"__proto__\":{\"x\":1}}");
    HttpResponse<String> beyond = server.post("/echo/item", "{\"count\":9223372036854775808}");
    assertThat(beyond.statusCode()).isEqualTo(400);
    assertThat(json(beyond).path("message").textValue()).contains("count");
    HttpResponse<String> fraction = server.post("/echo/item", "{\"count\":1.5}");
    assertThat(fraction.statusCode()).isEqualTo(400);
    HttpResponse<String> text = server.post("/echo/item", "{\"count\":\"12\",\"score\":\"NaN\"}");
    assertThat(json(text).path("count").longValue()).isEqualTo(12);
    assertThat(json(text).path("score").textValue()).isEqualTo("NaN");
    assertThat(server.post("/echo/json/DATABRICKS", "1" + "0".repeat(50_000)).statusCode())
        .isEqualTo(400);
  }

  /** Without maxNestingDepth the parser's caller overflowed its stack. */
  @Test
  void case38_deepJsonIsRefused() {
    for (String open : List.of("[", "{\"a\":")) {
      int depth = open.length() == 1 ? 95_000 : 15_000;
      HttpResponse<String> reply = server.post("/echo/json/DATABRICKS", open.repeat(depth));
      assertThat(reply.statusCode()).isEqualTo(400);
      assertThat(json(reply).path("message").textValue()).contains("depth");
    }
  }

  @Test
  void case33_repliesCannotActAsPages() {
    HttpResponse<String> reply =
        server.post("/echo/json/DATABRICKS", "{\"comment\":\"<script>alert(1)</script>\"}");
    assertThat(reply.headers().firstValue("content-type")).contains("application/json");
    assertThat(reply.headers().firstValue("x-content-type-options")).contains("nosniff");
    assertThat(reply.headers().firstValue("content-security-policy").orElse(""))
        .contains("default-src 'none'");
  }

  /** Without Authorization.parse before the body each of these was answered. */
  @Test
  void case13_everyRouteAsksForAToken() {
    List<Endpoint> endpoints = server.server().catalog().endpoints();
    assertThat(endpoints).hasSizeGreaterThan(20);
    for (Endpoint endpoint : endpoints) {
      String path = endpoint.path().replaceAll(":[a-z]+", "1").replace("*", "x");
      HttpResponse<String> reply =
          server.send(
              HttpRequest.newBuilder(server.uri(path))
                  .header("Content-Type", "application/json")
                  .method(endpoint.method().name(), BodyPublishers.ofString("{}")));
      if (endpoint.permission() instanceof Permission.Open) {
        assertThat(reply.statusCode()).as(endpoint.toString()).isEqualTo(200);
      } else {
        assertThat(reply.statusCode()).as(endpoint.toString()).isEqualTo(401);
        assertThat(reply.headers().firstValue("www-authenticate")).isPresent();
      }
    }
  }

  @Test
  void aBodyOfAStrangerIsNotTakenIn() throws Exception {
    try (RawHttp connection = new RawHttp(server.port())) {
      connection.send(
          "POST /echo/item HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n\r\n");
      String reply = connection.readToEnd(Duration.ofSeconds(4));
      assertThat(reply).startsWith("HTTP/1.1 401").doesNotContain("still open");
    }
  }

  @Test
  void expect100IsAnsweredOnlyAfterTheChecks() throws Exception {
    try (RawHttp connection = new RawHttp(server.port())) {
      connection.send(
          "POST /echo/item HTTP/1.1\r\nConnection: close\r\n"
              + HEAD
              + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
      EchoRoutes.pause(Duration.ofMillis(100));
      connection.send("{}");
      assertThat(connection.readToEnd(Duration.ofSeconds(4)))
          .startsWith("HTTP/1.1 100")
          .contains("HTTP/1.1 200");
    }
    String refused =
        RawHttp.exchange(
            server.port(),
            "POST /echo/item HTTP/1.1\r\n"
                + HEAD
                + "Expect: 100-continue\r\nContent-Length: 200000\r\n\r\n");
    assertThat(refused.getBytes(StandardCharsets.UTF_8)).isNotEmpty();
    assertThat(refused).startsWith("HTTP/1.1 413").doesNotContain("100 Continue");
  }
}
