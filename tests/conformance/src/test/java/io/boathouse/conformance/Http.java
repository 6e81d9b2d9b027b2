package io.boathouse.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Plain HTTP with a token, for what no client at hand can say. */
public final class Http {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String url;
  private final String token;

  public Http(String url, String token) {
    this.url = url;
    this.token = token;
  }

  public Http(PackagedServer server) {
    this(server.url(), server.token());
  }

  public HttpResponse<String> get(String path) {
    return send("GET", path, BodyPublishers.noBody());
  }

  public HttpResponse<String> delete(String path) {
    return send("DELETE", path, BodyPublishers.noBody());
  }

  public HttpResponse<String> post(String path, String json) {
    return send("POST", path, json);
  }

  public HttpResponse<String> send(String method, String path, String json) {
    return send(method, path, BodyPublishers.ofString(json));
  }

  public HttpResponse<String> put(String path, byte[] bytes) {
    return send("PUT", path, BodyPublishers.ofByteArray(bytes));
  }

  /** Any request, with a reply of any bytes. */
  public HttpResponse<byte[]> exchange(String method, String path, byte[] body) {
    return send(method, path, BodyPublishers.ofByteArray(body), BodyHandlers.ofByteArray());
  }

  private HttpResponse<String> send(String method, String path, BodyPublisher body) {
    return send(method, path, body, BodyHandlers.ofString());
  }

  private <T> HttpResponse<T> send(
      String method, String path, BodyPublisher body, BodyHandler<T> reader) {
    var request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(60))
            .method(method, body)
            .build();
    try {
      return CLIENT.send(request, reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The body of a reply that must be a success. */
  public static JsonNode json(HttpResponse<String> reply) {
    if (reply.statusCode() / 100 != 2) {
      throw new AssertionError(reply.statusCode() + " " + reply.body());
    }
    return parse(reply.body());
  }

  public static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }
}
