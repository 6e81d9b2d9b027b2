package io.boathouse.conformance.unitycatalog;

import io.boathouse.conformance.PackagedServer;
import io.unitycatalog.client.ApiClient;
import io.unitycatalog.client.ApiClientBuilder;
import io.unitycatalog.client.auth.TokenProvider;
import java.util.Map;

/** Clients of the server under test. */
final class UnityClients {
  private UnityClients() {}

  static ApiClient of(PackagedServer server) {
    return of(server.url(), server.token());
  }

  static ApiClient of(String url, String token) {
    return ApiClientBuilder.create()
        .uri(url)
        .tokenProvider(TokenProvider.create(Map.of("type", "static", "token", token)))
        .build();
  }
}
