package io.boathouse.platform.secret;

import com.fasterxml.jackson.annotation.JsonValue;

/** A value that nobody may see: it prints, and turns into JSON, as {@code ***}. */
public final class Secret {
  private static final String SHOWN = "***";

  private final String value;

  /** Wraps a value; see {@link Secrets} for where it comes from. */
  public Secret(String value) {
    this.value = value;
  }

  /** The value itself, for the one place that needs it. */
  public String reveal() {
    return value;
  }

  @JsonValue
  @Override
  public String toString() {
    return SHOWN;
  }
}
