package io.boathouse.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.auth.FixedTokens;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** A server with small limits, which serves the next request after each hostile one. */
abstract class HostileClients {
  private static final HttpTimeouts SHORT =
      new HttpTimeouts(
          Duration.ofMillis(600),
          Duration.ofMillis(900),
          Duration.ofMillis(1_500),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5));
  private static final HttpLimits SMALL =
      new HttpLimits(100_000, 1_000_000, 16_384, 400_000, 50, 8);
  static final String HEAD =
      "Host: localhost\r\nAuthorization: Bearer ann-token\r\nContent-Type: application/json\r\n";

  static TestServer server;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            HttpConfig.DEFAULTS.withLimits(SMALL).withTimeouts(SHORT),
            new FixedTokens(),
            List.of(new EchoRoutes(), new HealthRoutes("1", () -> true)));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void theNextRequestIsServed() {
    assertThat(server.get("/echo/whoami").statusCode()).isEqualTo(200);
  }
}
