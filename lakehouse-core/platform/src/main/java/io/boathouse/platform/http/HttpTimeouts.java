package io.boathouse.platform.http;

import java.time.Duration;
import java.util.Map;

/**
 * Settings under {@code server.timeouts:}.
 *
 * @param header from the opening of a connection to the end of its first request head
 * @param body for a whole buffered body, and for each pause inside a streamed one
 * @param idle from the end of a reply to the end of the next request head
 * @param write for each pause of a client that does not read its reply
 * @param drain how long a closing server waits for requests in work
 */
public record HttpTimeouts(
    Duration header, Duration body, Duration idle, Duration write, Duration drain) {
  public static final HttpTimeouts DEFAULTS =
      new HttpTimeouts(
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(75),
          Duration.ofSeconds(60),
          Duration.ofSeconds(10));

  public HttpTimeouts {
    Map.of("header", header, "body", body, "idle", idle, "write", write, "drain", drain)
        .forEach(
            (name, value) -> {
              if (value.compareTo(Duration.ofMillis(1)) < 0) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1ms)");
              }
            });
  }
}
