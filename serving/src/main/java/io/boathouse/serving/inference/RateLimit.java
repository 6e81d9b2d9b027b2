package io.boathouse.serving.inference;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/**
 * How often an endpoint may be asked in a minute.
 *
 * @param key whose requests are counted together
 * @param principal for whom alone it is, in place of what holds for everybody
 */
public record RateLimit(
    @JsonProperty("calls") long calls,
    @JsonProperty("key") Key key,
    @JsonProperty("principal") Optional<String> principal) {

  /** Whose requests are counted together. */
  public enum Key {
    /** Each principal's own. */
    USER,
    /** All of the endpoint. */
    ENDPOINT
  }
}
