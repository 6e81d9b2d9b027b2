package io.boathouse.serving.protocol;

import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Optional;

/** How long a client waits: in milliseconds in a header of ours, or as gRPC says it. */
final class RequestTimeout {
  private static final String PLAIN = "x-request-timeout-ms";
  private static final String GRPC = "grpc-timeout";

  private RequestTimeout() {}

  /**
   * @return empty if it does not say
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if it says it in another way
   */
  static Optional<Duration> of(HttpServerRequest request) {
    String plain = request.getHeader(PLAIN);
    if (plain != null) {
      if (!plain.matches("[0-9]{1,8}") || Integer.parseInt(plain) == 0) {
        throw ProtocolErrors.invalidHeader(PLAIN, plain, "milliseconds, 1 to 99999999");
      }
      return Optional.of(Duration.ofMillis(Integer.parseInt(plain)));
    }
    String grpc = request.getHeader(GRPC);
    if (grpc == null) {
      return Optional.empty();
    }
    if (!grpc.matches("[0-9]{1,8}[HMSmun]")) {
      throw ProtocolErrors.invalidHeader(GRPC, grpc, "up to 8 digits and one of H M S m u n");
    }
    long amount = Long.parseLong(grpc.substring(0, grpc.length() - 1));
    return Optional.of(
        switch (grpc.charAt(grpc.length() - 1)) {
          case 'H' -> Duration.ofHours(amount);
          case 'M' -> Duration.ofMinutes(amount);
          case 'S' -> Duration.ofSeconds(amount);
          case 'm' -> Duration.ofMillis(amount);
          case 'u' -> Duration.ofNanos(amount * 1000);
          default -> Duration.ofNanos(amount);
        });
  }
}
