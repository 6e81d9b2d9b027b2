package io.boathouse.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options that name a server and who asks, and the calls to it. Without them it is the server
 * that runs on the data directory, asked as its administrator.
 */
final class ServerOption {
  private static final Duration CONNECT = Duration.ofSeconds(10);

  @Mixin private DataDirOption data = new DataDirOption();

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "${env:BOATHOUSE_URL}",
      description = "The server's address (default: the one running on DIR).")
  private Optional<String> url = Optional.empty();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "A file with the token to ask with (default: the variable BOATHOUSE_TOKEN, then"
              + " DIR/token).")
  private Optional<Path> tokenFile = Optional.empty();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();

  /** GET of a path. */
  JsonNode get(String path) throws IOException, InterruptedException {
    return send("GET", path, "application/json", BodyPublishers.noBody());
  }

  /** POST of a value as JSON. */
  JsonNode post(String path, Object body) throws IOException, InterruptedException {
    return send("POST", path, "application/json", BodyPublishers.ofByteArray(Json.write(body)));
  }

  /** PUT of a file's bytes. */
  JsonNode put(String path, Path file) throws IOException, InterruptedException {
    return send("PUT", path, "application/octet-stream", BodyPublishers.ofFile(file));
  }

  /** The server's address without a slash at its end. */
  String url() throws IOException {
    Optional<String> found = url.isPresent() ? url : data.address();
    return found
        .map(address -> address.replaceAll("/+$", ""))
        .orElseThrow(
            () ->
                new IOException(
                    "No server runs on %s. Start one with 'boathouse serve', or name another with --url."
                        .formatted(data.directory())));
  }

  private String token() throws IOException {
    String given = System.getenv("BOATHOUSE_TOKEN");
    if (tokenFile.isEmpty() && given != null && !given.isBlank()) {
      return given.strip();
    }
    Path file = tokenFile.orElse(data.directory().resolve("token"));
    if (!Files.isReadable(file)) {
      throw new IOException(
          "There is no token in %s. Set BOATHOUSE_TOKEN or --token-file.".formatted(file));
    }
    return Files.readString(file).strip();
  }

  private JsonNode send(String method, String path, String type, BodyPublisher body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .header("Authorization", "Bearer " + token())
            .header("Content-Type", type)
            .header("User-Agent", "boathouse-cli")
            .method(method, body)
            .build();
    HttpResponse<String> reply;
    try {
      reply = client.send(request, BodyHandlers.ofString());
    } catch (java.net.ConnectException e) {
      throw new IOException("No server answers at %s. Is it running?".formatted(url()), e);
    }
    if (reply.statusCode() / 100 != 2) {
      throw new IOException(refusal(reply));
    }
    return Json.parse(reply.body());
  }

  private static String refusal(HttpResponse<String> reply) {
    try {
      JsonNode error = Json.parse(reply.body());
      String message = error.path("message").asText(error.path("error").asText(""));
      if (!message.isEmpty()) {
        return message;
      }
    } catch (io.boathouse.platform.error.LakeException noJson) {
      return "The server answered " + reply.statusCode() + ".";
    }
    return "The server answered " + reply.statusCode() + ".";
  }
}
