package io.boathouse.catalog.identity;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.sun.net.httpserver.HttpServer;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** An OpenID provider that publishes whatever keys and addresses a test wants. */
final class TestProvider implements AutoCloseable {
  final AtomicInteger asked = new AtomicInteger();
  volatile List<JWK> keys = List.of();
  volatile String jwksUri;
  volatile int status = 200;

  private final HttpServer server;

  TestProvider() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    jwksUri = issuer() + "/keys";
    answer(
        "/.well-known/openid-configuration", () -> Map.of("issuer", issuer(), "jwks_uri", jwksUri));
    answer("/keys", () -> new JWKSet(keys).toJSONObject(true));
    server.start();
  }

  private void answer(String path, Supplier<Map<String, Object>> body) {
    server.createContext(
        path,
        exchange -> {
          asked.incrementAndGet();
          byte[] bytes = Json.writeText(body.get()).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
