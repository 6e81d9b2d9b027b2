package io.boathouse.platform.http;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Settings under {@code server:}.
 *
 * @param host the address to listen on
 * @param port the port to listen on; 0 takes a free one
 * @param tlsCertificate a PEM file with the certificate chain; with it the server speaks TLS only
 * @param tlsKey the PEM file of the certificate's private key
 * @param allowedHosts names besides loopback under which clients may address this server
 * @param allowedOrigins origins besides the server's own from which browsers may call it
 * @param limits sizes and counts
 * @param timeouts deadlines
 * @param openMetrics whether {@code /metrics} answers without a token
 * @param unsafe whether settings that expose the server are accepted
 */
public record HttpConfig(
    String host,
    int port,
    Optional<Path> tlsCertificate,
    Optional<Path> tlsKey,
    List<String> allowedHosts,
    List<String> allowedOrigins,
    HttpLimits limits,
    HttpTimeouts timeouts,
    boolean openMetrics,
    boolean unsafe) {

  /** Loopback, plain HTTP, no foreign names. */
  public static final HttpConfig DEFAULTS =
      new HttpConfig(
          "127.0.0.1",
          8080,
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of(),
          HttpLimits.DEFAULTS,
          HttpTimeouts.DEFAULTS,
          false,
          false);

  public HttpConfig {
    allowedHosts = List.copyOf(allowedHosts);
    allowedOrigins = List.copyOf(allowedOrigins);
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
    }
    if (tlsCertificate.isPresent() != tlsKey.isPresent()) {
      throw new IllegalArgumentException(
          "tls_certificate, tls_key: only one is set (expected: both or none)");
    }
    if (tlsCertificate.isEmpty() && !HostPolicy.isLoopback(host) && !unsafe) {
      throw new IllegalArgumentException(
          "host: %s without TLS sends tokens in the clear (expected: a loopback address,"
                  .formatted(host)
              + " tls_certificate and tls_key, or unsafe: true)");
    }
  }

  /** The same settings with another port. */
  public HttpConfig withPort(int newPort) {
    return new HttpConfig(
        host,
        newPort,
        tlsCertificate,
        tlsKey,
        allowedHosts,
        allowedOrigins,
        limits,
        timeouts,
        openMetrics,
        unsafe);
  }

  /** The same settings with other limits. */
  public HttpConfig withLimits(HttpLimits newLimits) {
    return new HttpConfig(
        host,
        port,
        tlsCertificate,
        tlsKey,
        allowedHosts,
        allowedOrigins,
        newLimits,
        timeouts,
        openMetrics,
        unsafe);
  }

  /** The same settings with other deadlines. */
  public HttpConfig withTimeouts(HttpTimeouts newTimeouts) {
    return new HttpConfig(
        host,
        port,
        tlsCertificate,
        tlsKey,
        allowedHosts,
        allowedOrigins,
        limits,
        newTimeouts,
        openMetrics,
        unsafe);
  }
}
