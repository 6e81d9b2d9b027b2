package io.boathouse.sql.govern;

import java.time.Instant;
import java.util.List;

/**
 * One mention of a table in a query.
 *
 * @param path the name as written, of one to three parts
 * @param asOf which version is meant
 */
public record TableUse(List<String> path, AsOf asOf) {
  public TableUse {
    path = List.copyOf(path);
  }

  /** Which version of a table is meant. */
  public sealed interface AsOf {
    /** The newest. */
    record Latest() implements AsOf {}

    /** A version by its number. */
    record Version(long number) implements AsOf {}

    /** The newest at a time. */
    record Timestamp(Instant time) implements AsOf {}

    /** The rows that a range of versions changed. */
    record Changes(AsOf from, AsOf to) implements AsOf {}

    /** Whether what is read depends on what the newest version is. */
    default boolean isNewest() {
      return switch (this) {
        case Latest latest -> true;
        case Version version -> false;
        case Timestamp timestamp -> false;
        case Changes changes -> changes.to().isNewest();
      };
    }
  }
}
