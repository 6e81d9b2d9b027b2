package io.boathouse.catalog.identity;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

/**
 * Asks one issuer, and nobody else: its discovery document may only name addresses of its own
 * origin, no redirect is followed, and size and time of answers are bounded.
 */
final class IssuerHttp {
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final int LARGEST = 256 << 10;
  private static final String DISCOVERY = "/.well-known/openid-configuration";

  private final String issuer;

  IssuerHttp(String issuer) {
    this.issuer = issuer;
  }

  /** An address that the discovery document names. */
  URI discovered(String member) throws IOException, InterruptedException {
    JsonNode document = get(URI.create(issuer.replaceFirst("/$", "") + DISCOVERY));
    if (!document.path("issuer").asText().equals(issuer)) {
      throw new IOException("its discovery document speaks of another issuer");
    }
    URI named = URI.create(document.path(member).asText());
    URI own = URI.create(issuer);
    boolean sameOrigin =
        Objects.equals(named.getScheme(), own.getScheme())
            && Objects.equals(named.getHost(), own.getHost())
            && named.getPort() == own.getPort();
    if (!sameOrigin) {
      throw new IOException("its discovery document names a " + member + " elsewhere");
    }
    return named;
  }

  JsonNode get(URI address) throws IOException, InterruptedException {
    return answer(request(address).GET().build());
  }

  /** Sends a form. */
  JsonNode post(URI address, String form) throws IOException, InterruptedException {
    return answer(
        request(address)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build());
  }

  private static HttpRequest.Builder request(URI address) {
    return HttpRequest.newBuilder(address).header("Accept", "application/json").timeout(DEADLINE);
  }

  private static JsonNode answer(HttpRequest request) throws IOException, InterruptedException {
    try (HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(DEADLINE)
            .build()) {
      HttpResponse<InputStream> reply =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = reply.body()) {
        byte[] bytes = body.readNBytes(LARGEST + 1);
        if (reply.statusCode() != 200 || bytes.length > LARGEST) {
          throw new IOException("status " + reply.statusCode() + ", or too large an answer");
        }
        return Json.parse(new String(bytes, StandardCharsets.UTF_8));
      }
    }
  }
}
