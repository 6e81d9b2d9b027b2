package io.boathouse.platform.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.boathouse.platform.auth.FixedTokens;
import io.boathouse.platform.http.HealthRoutes;
import io.boathouse.platform.http.HttpConfig;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.telemetry.TelemetryConfig.Format;
import io.boathouse.platform.telemetry.TelemetryConfig.Level;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

class TelemetryTest {
  @TempDir Path folder;

  private static TestServer server(Telemetry telemetry, boolean open) {
    return TestServer.start(
        HttpConfig.DEFAULTS,
        new FixedTokens(),
        List.of(new HealthRoutes("1", () -> true), telemetry.routes(open)),
        telemetry.observer());
  }

  @Test
  void measuresRequestsByRouteAndNotByPath() {
    try (Telemetry telemetry = new Telemetry(TelemetryConfig.DEFAULTS, InstantSource.system());
        TestServer server = server(telemetry, false)) {
      assertThat(server.get("/health").statusCode()).isEqualTo(200);
      assertThat(server.get("/somewhere/private-7").statusCode()).isEqualTo(404);
      HttpResponse<String> metrics = server.get("/metrics");
      assertThat(metrics.headers().firstValue("content-type").orElse("")).startsWith("text/plain");
      assertThat(metrics.body())
          .contains("http_server_request_duration_seconds_count{")
          .contains("http_route=\"/health\"")
          .contains("http_route=\"none\"")
          .contains("jvm_memory_used_bytes")
          .doesNotContain("private-7");
      assertThat(
              server
                  .send(server.request("/metrics").header("Accept", "application/openmetrics-text"))
                  .body())
          .endsWith("# EOF\n");
    }
  }

  /**
   * Over HTTP/2 every reply was counted as 499, for its stream is closed before its end is told.
   */
  @Test
  void countsAReplyOverHttp2ByItsOwnStatus() throws Exception {
    try (Telemetry telemetry = new Telemetry(TelemetryConfig.DEFAULTS, InstantSource.system());
        TestServer server = server(telemetry, false);
        HttpClient http2 = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      var first = http2.send(server.request("/health").build(), BodyHandlers.ofString());
      assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_2);
      var metrics = http2.send(server.request("/metrics").build(), BodyHandlers.ofString());
      assertThat(metrics.body())
          .contains("http_response_status_code=\"200\",http_route=\"/health\"")
          .doesNotContain("http_response_status_code=\"499\"");
    }
  }

  @Test
  void metricsAreOpenOnlyWhenConfigured() {
    for (boolean open : new boolean[] {false, true}) {
      try (Telemetry telemetry = new Telemetry(TelemetryConfig.DEFAULTS, InstantSource.system());
          TestServer server = server(telemetry, open)) {
        HttpResponse<String> reply = server.send(HttpRequest.newBuilder(server.uri("/metrics")));
        assertThat(reply.statusCode()).isEqualTo(open ? 200 : 401);
      }
    }
  }

  @Test
  void sendsASpanARequestToTheConfiguredEndpoint() throws Exception {
    CompletableFuture<byte[]> spans = new CompletableFuture<>();
    HttpServer collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          spans.complete(exchange.getRequestBody().readAllBytes());
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    URI to = URI.create("http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces");
    TelemetryConfig config =
        new TelemetryConfig(Level.INFO, Map.of(), Format.TEXT, false, Optional.of(to));
    try (Telemetry telemetry = new Telemetry(config, InstantSource.system());
        TestServer server = server(telemetry, true)) {
      HttpResponse<String> reply =
          server.send(
              server
                  .request("/health")
                  .header(
                      "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
      assertThat(reply.statusCode()).isEqualTo(200);
    }
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    received.writeBytes(spans.get(20, TimeUnit.SECONDS));
    assertThat(received.toString(java.nio.charset.StandardCharsets.ISO_8859_1))
        .contains("GET /health")
        .contains("boathouse")
        .contains("http.response.status_code");
    collector.stop(0);
  }

  /** Without Redaction in EventEncoder the second line and the token stood in the file. */
  @ParameterizedTest
  @EnumSource(Format.class)
  void case35_logsOneEventALineWithoutSecrets(Format format) throws Exception {
    LogSetup.install(
        new TelemetryConfig(Level.INFO, Map.of("quiet", "error"), format, true, Optional.empty()),
        Optional.of(folder));
    LoggerFactory.getLogger("test.Log")
        .info("name {} header {}", "x\r\n2026 ERROR forged", "Bearer abcdef123456");
    LoggerFactory.getLogger("test.Log")
        .warn("failed", new IllegalStateException("password=hunter2secret\nforged"));
    LoggerFactory.getLogger("quiet").info("not shown");
    java.util.logging.Logger.getLogger("test.jul").info("from java.util.logging");
    List<String> lines = Files.readAllLines(folder.resolve("boathouse.log"));
    assertThat(String.join("\n", lines))
        .doesNotContain("abcdef123456")
        .doesNotContain("hunter2secret")
        .doesNotContain("not shown")
        .contains("from java.util.logging");
    assertThat(lines).noneMatch(line -> line.startsWith("2026 ERROR") || line.startsWith("forged"));
    if (format == Format.JSON) {
      assertThat(lines).hasSize(3);
      JsonNode event = Json.parse(lines.get(1));
      assertThat(event.path("level").textValue()).isEqualTo("WARN");
      assertThat(event.path("stack").textValue()).contains("IllegalStateException");
    }
  }

  @AfterEach
  void quietAgain() {
    LogSetup.install(
        new TelemetryConfig(Level.WARN, Map.of(), Format.TEXT, false, Optional.empty()),
        Optional.empty());
  }
}
