package io.boathouse.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.server.client.RestClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options that name a server and who asks, and the calls to it. Without them it is the server
 * that runs on the data directory, asked as its administrator.
 */
final class ServerOption {
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

  /** GET of a path. */
  JsonNode get(String path) throws IOException, InterruptedException {
    return client().get(path);
  }

  /** POST of a value as JSON. */
  JsonNode post(String path, Object body) throws IOException, InterruptedException {
    return client().post(path, body);
  }

  /** A client of the server. */
  RestClient client() throws IOException {
    return new RestClient(URI.create(url()), token());
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
}
