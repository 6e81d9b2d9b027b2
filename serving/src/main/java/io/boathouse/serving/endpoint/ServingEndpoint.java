package io.boathouse.serving.endpoint;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.serving.inference.LiveEndpoint;
import io.boathouse.serving.inference.RateLimit;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A serving endpoint.
 *
 * @param answering what of it answers in this server, which a restart must first bring about
 * @param publishing whether what is active is loaded and about to answer in this server
 */
public record ServingEndpoint(
    Securable securable,
    EndpointState state,
    Details details,
    Instant updatedAt,
    Optional<LiveEndpoint> answering,
    boolean publishing) {

  /**
   * That an endpoint answers nobody until it is thawed.
   *
   * @param by the principal who froze it
   */
  public record Freeze(
      @JsonProperty("reason") String reason,
      @JsonProperty("by") String by,
      @JsonProperty("at") Instant at) {}

  /** What may change without a new configuration. */
  public record Details(
      Map<String, String> tags, List<RateLimit> rateLimits, Optional<Freeze> frozen) {
    public static final Details NONE = new Details(Map.of(), List.of(), Optional.empty());

    public Details {
      tags = Collections.unmodifiableMap(new TreeMap<>(tags));
      rateLimits = List.copyOf(rateLimits);
    }
  }

  /** Tags by key. */
  public Map<String, String> tags() {
    return details.tags();
  }

  /** How often it may be asked. */
  public List<RateLimit> rateLimits() {
    return details.rateLimits();
  }

  /** Why it answers nobody. */
  public Optional<Freeze> frozen() {
    return details.frozen();
  }

  /** Whether it answers in this server. */
  public boolean live() {
    return answering.isPresent();
  }

  public String name() {
    return securable.name().name();
  }
}
