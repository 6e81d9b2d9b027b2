package io.boathouse.platform.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/**
 * A token service that answers AssumeRole in AWS's protocol, keeps what it was asked, and judges
 * what the keys that it gave may do by their session policy.
 */
public final class TokenService implements AutoCloseable {
  public static final String ROLE = "arn:aws:iam::123456789012:role/boathouse-access";

  private static final Pattern ESCAPED = Pattern.compile("\\$\\{([*?$])}");
  private final HttpServer server;
  private final AtomicReference<Map<String, String>> asked = new AtomicReference<>(Map.of());
  private final AtomicInteger issued = new AtomicInteger();
  private final AtomicReference<Optional<S3StoreConfig.Credentials>> given =
      new AtomicReference<>(Optional.empty());

  public TokenService() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** From now on gives these keys, which a store knows. */
  public void giveAlways(S3StoreConfig.Credentials keys) {
    given.set(Optional.of(keys));
  }

  /** The parameters of the last request. */
  public Map<String, String> asked() {
    return asked.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Map<String, String> form = new HashMap<>();
    for (String pair : body.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    asked.set(form);
    boolean signed =
        String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"))
            .startsWith("AWS4-HMAC-SHA256 Credential=server-key/");
    boolean known = ROLE.equals(form.get("RoleArn"));
    byte[] reply = (signed && known ? given() : refused()).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "text/xml");
    exchange.sendResponseHeaders(signed && known ? 200 : 403, reply.length);
    exchange.getResponseBody().write(reply);
    exchange.close();
  }

  private String given() {
    return """
    <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
    <Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>%s</SecretAccessKey>
    <SessionToken>made-token</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration>
    </Credentials></AssumeRoleResult></AssumeRoleResponse>
    """
        .formatted(
            given
                .get()
                .map(S3StoreConfig.Credentials::accessKeyId)
                .orElseGet(() -> "ASIA" + issued.incrementAndGet()),
            given.get().map(S3StoreConfig.Credentials::secretAccessKey).orElse("made-secret"));
  }

  private static String refused() {
    return """
    <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
    <Code>AccessDenied</Code><Message>not allowed</Message></Error></ErrorResponse>
    """;
  }

  /** Whether the keys given last may do something with a key of a bucket. */
  public boolean allows(String action, String bucket, String key) {
    for (JsonNode statement : Json.parse(asked.get().get("Policy")).path("Statement")) {
      boolean list = action.equals("s3:ListBucket");
      String resource = "arn:aws:s3:::" + bucket + (list ? "" : "/" + key);
      JsonNode prefixes = statement.at("/Condition/StringLike/s3:prefix");
      boolean inside = !list || anyMatches(prefixes, key);
      if (anyMatches(statement.path("Action"), action)
          && anyMatches(statement.path("Resource"), resource)
          && inside) {
        return statement.path("Effect").asText().equals("Allow");
      }
    }
    return false;
  }

  private static boolean anyMatches(JsonNode patterns, String value) {
    if (patterns.isTextual()) {
      return matches(patterns.textValue(), value);
    }
    for (JsonNode pattern : patterns) {
      if (matches(pattern.textValue(), value)) {
        return true;
      }
    }
    return false;
  }

  /** Wildcards of policies, in which {@code ${*}} is an asterisk. */
  private static boolean matches(String pattern, String value) {
    StringBuilder regex = new StringBuilder();
    var escaped = ESCAPED.matcher(pattern);
    int at = 0;
    while (escaped.find()) {
      regex.append(wildcards(pattern.substring(at, escaped.start())));
      regex.append(Pattern.quote(escaped.group(1)));
      at = escaped.end();
    }
    regex.append(wildcards(pattern.substring(at)));
    return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(value).matches();
  }

  private static String wildcards(String text) {
    StringBuilder regex = new StringBuilder();
    text.chars()
        .forEach(
            c ->
                regex.append(
                    c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf((char) c))));
    return regex.toString();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
