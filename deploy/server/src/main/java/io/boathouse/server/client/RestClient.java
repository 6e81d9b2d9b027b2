package io.boathouse.server.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Calls to one server with one token. Thread-safe; every method blocks. */
public final class RestClient {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final String JSON = "application/json";
  private static final int MOST_OF_A_REFUSAL = 1 << 16;

  private final URI server;
  private final String token;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();

  /**
   * @param server its address; what follows the port is ignored
   */
  public RestClient(URI server, String token) {
    this.server = server;
    this.token = token;
  }

  /** The server's address without a slash at its end. */
  public String url() {
    return server.toString().replaceAll("/+$", "");
  }

  /**
   * GET of a path.
   *
   * @throws RestException if the server refuses
   */
  public JsonNode get(String path) throws IOException, InterruptedException {
    return Json.parse(checked(send("GET", path, Map.of(), BodyPublishers.noBody())).body());
  }

  /**
   * POST of a value as JSON.
   *
   * @throws RestException if the server refuses
   */
  public JsonNode post(String path, Object body) throws IOException, InterruptedException {
    return Json.parse(checked(exchange("POST", path, body)).body());
  }

  /**
   * Sends a value as JSON by any method.
   *
   * @throws RestException if the server refuses
   */
  public JsonNode send(String method, String path, Object body)
      throws IOException, InterruptedException {
    return Json.parse(checked(exchange(method, path, body)).body());
  }

  /** Sends a value as JSON and returns the reply whatever its status. */
  public HttpResponse<String> exchange(String method, String path, Object body)
      throws IOException, InterruptedException {
    return send(
        method,
        path,
        Map.of("Content-Type", JSON, "Accept", JSON + ", text/event-stream"),
        BodyPublishers.ofByteArray(Json.write(body)));
  }

  /**
   * Sends a file's bytes.
   *
   * @throws RestException if the server refuses
   */
  public JsonNode upload(String method, String path, Path file)
      throws IOException, InterruptedException {
    BodyPublisher body = BodyPublishers.ofFile(file);
    return Json.parse(
        checked(send(method, path, Map.of("Content-Type", "application/octet-stream"), body))
            .body());
  }

  /**
   * Puts a file's bytes where nothing is said in return.
   *
   * @throws RestException if the server refuses
   */
  public void put(String path, Path file) throws IOException, InterruptedException {
    HttpResponse<String> unused =
        checked(
            send(
                "PUT",
                path,
                Map.of("Content-Type", "application/octet-stream"),
                BodyPublishers.ofFile(file)));
  }

  /**
   * The bytes at a path.
   *
   * @throws RestException if the server refuses
   */
  public byte[] download(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> reply =
        reach(request("GET", path, BodyPublishers.noBody()), BodyHandlers.ofByteArray());
    if (reply.statusCode() / 100 != 2) {
      throw new RestException(
          reply.statusCode(), "The server answered %d.".formatted(reply.statusCode()));
    }
    return reply.body();
  }

  /**
   * Writes the bytes at a path into a file as they come.
   *
   * @throws RestException if the server refuses
   */
  public void download(String path, Path file) throws IOException, InterruptedException {
    HttpResponse<InputStream> reply =
        reach(request("GET", path, BodyPublishers.noBody()), BodyHandlers.ofInputStream());
    try (InputStream in = reply.body();
        OutputStream out = Files.newOutputStream(file)) {
      if (reply.statusCode() / 100 != 2) {
        String said = new String(in.readNBytes(MOST_OF_A_REFUSAL), StandardCharsets.UTF_8);
        throw new RestException(reply.statusCode(), refusal(reply.statusCode(), said));
      }
      in.transferTo(out);
    }
  }

  private HttpResponse<String> send(
      String method, String path, Map<String, String> headers, BodyPublisher body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = request(method, path, body);
    headers.forEach(request::setHeader);
    return reach(request, BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String method, String path, BodyPublisher body) {
    return HttpRequest.newBuilder(server.resolve(path))
        .header("Authorization", "Bearer " + token)
        .header("User-Agent", "boathouse-cli")
        .method(method, body);
  }

  private <T> HttpResponse<T> reach(
      HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
      throws IOException, InterruptedException {
    try {
      return client.send(request.build(), handler);
    } catch (ConnectException e) {
      throw new IOException("No server answers at %s. Is it running?".formatted(url()), e);
    }
  }

  private static HttpResponse<String> checked(HttpResponse<String> reply) throws RestException {
    if (reply.statusCode() / 100 == 2) {
      return reply;
    }
    throw new RestException(reply.statusCode(), refusal(reply.statusCode(), reply.body()));
  }

  private static String refusal(int status, String body) {
    String plain = "The server answered %d.".formatted(status);
    try {
      JsonNode error = Json.parse(body);
      String message = error.path("message").asText(error.path("error").asText(""));
      return message.isEmpty() ? plain : message;
    } catch (LakeException noJson) {
      return plain;
    }
  }
}
