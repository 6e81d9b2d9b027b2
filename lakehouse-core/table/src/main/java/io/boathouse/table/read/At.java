package io.boathouse.table.read;

import java.time.Instant;

/** Which version of a table is meant. */
public sealed interface At {
  /** The newest. */
  record Latest() implements At {}

  /** By number. */
  record Version(long number) implements At {}

  /** The one that was the newest at an instant. */
  record Timestamp(Instant instant) implements At {}

  static At latest() {
    return new Latest();
  }

  static At version(long number) {
    return new Version(number);
  }

  static At timestamp(Instant instant) {
    return new Timestamp(instant);
  }
}
