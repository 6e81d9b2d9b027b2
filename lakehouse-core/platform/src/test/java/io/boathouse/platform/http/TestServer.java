package io.boathouse.platform.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.auth.Authenticator;
import io.boathouse.platform.auth.FixedTokens;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.lane.LaneConfig;
import io.boathouse.platform.lane.Lanes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/**
 * A real server on a free port with the given routes, for tests of any module. Calls are made as
 * {@code ann} unless another name is given; see {@link FixedTokens}.
 */
public final class TestServer implements AutoCloseable {
  private final Lanes lanes;
  private final HttpServer server;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final String token;

  private TestServer(Lanes lanes, HttpServer server, String token) {
    this.lanes = lanes;
    this.server = server;
    this.token = token;
  }

  /** Starts with default settings and {@link FixedTokens}. */
  public static TestServer start(Routes... routes) {
    return start(HttpConfig.DEFAULTS, new FixedTokens(), List.of(routes));
  }

  /** Starts with an authenticator of the test's own; call with {@link #as}. */
  public static TestServer start(Authenticator authenticator, List<Routes> routes) {
    return start(HttpConfig.DEFAULTS, authenticator, routes);
  }

  /** Starts with these settings, on a free port whatever they say. */
  public static TestServer start(
      HttpConfig config, Authenticator authenticator, List<Routes> routes) {
    return start(config, authenticator, routes, RequestObserver.NONE);
  }

  /** Starts with an observer of all requests. */
  public static TestServer start(
      HttpConfig config,
      Authenticator authenticator,
      List<Routes> routes,
      RequestObserver observer) {
    Lanes lanes = new Lanes(LaneConfig.DEFAULTS);
    try {
      HttpServer server =
          HttpServer.start(config.withPort(0), lanes, authenticator, routes, observer);
      return new TestServer(lanes, server, "ann-token");
    } catch (IOException e) {
      lanes.close(Duration.ZERO);
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      lanes.close(Duration.ZERO);
      throw e;
    }
  }

  /** The same server called with another token; closing either closes both. */
  public TestServer as(String otherToken) {
    return new TestServer(lanes, server, otherToken);
  }

  public HttpServer server() {
    return server;
  }

  public int port() {
    return server.port();
  }

  public URI uri(String pathAndQuery) {
    return URI.create(server.uri() + pathAndQuery);
  }

  /** A request with the token of this test server's caller. */
  public HttpRequest.Builder request(String pathAndQuery) {
    return HttpRequest.newBuilder(uri(pathAndQuery))
        .timeout(Duration.ofSeconds(30))
        .header("Authorization", "Bearer " + token);
  }

  public HttpResponse<String> get(String pathAndQuery) {
    return send(request(pathAndQuery).GET());
  }

  public HttpResponse<String> delete(String pathAndQuery) {
    return send(request(pathAndQuery).DELETE());
  }

  /** Sends JSON text. */
  public HttpResponse<String> post(String pathAndQuery, String json) {
    return send("POST", pathAndQuery, json);
  }

  /** Sends JSON text with any method. */
  public HttpResponse<String> send(String method, String pathAndQuery, String json) {
    return send(
        request(pathAndQuery)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(json)));
  }

  public HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The body of a response as JSON. */
  public static JsonNode json(HttpResponse<String> response) {
    return Json.parse(response.body());
  }

  public HttpClient client() {
    return client;
  }

  @Override
  public void close() {
    server.close();
    lanes.close(Duration.ofSeconds(2));
    client.shutdownNow();
  }
}
