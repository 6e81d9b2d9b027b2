package io.boathouse.platform.telemetry;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Settings under {@code telemetry:}.
 *
 * @param logLevel what is logged: error, warn, info, debug or trace
 * @param logLevels other levels by logger name
 * @param logFormat one line of text or one JSON object an event
 * @param logFile whether events also go to {@code logs/boathouse.log} under the data directory
 * @param otlpEndpoint where spans go by OTLP over HTTP, such as {@code
 *     http://localhost:4318/v1/traces}; none are made without it
 */
public record TelemetryConfig(
    Level logLevel,
    Map<String, String> logLevels,
    Format logFormat,
    boolean logFile,
    Optional<URI> otlpEndpoint) {
  public static final TelemetryConfig DEFAULTS =
      new TelemetryConfig(Level.INFO, Map.of(), Format.TEXT, true, Optional.empty());

  /** How much is logged. */
  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  /** The form of a logged event. */
  public enum Format {
    TEXT,
    JSON
  }

  public TelemetryConfig {
    logLevels = Map.copyOf(logLevels);
  }
}
