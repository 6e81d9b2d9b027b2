package io.boathouse.table.append;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Tells what was used in hours that are over, the same whenever it is asked. */
public interface UsageSource {
  /** What used it, in one word that no other source has, such as SQL. */
  String product();

  /**
   * The first hour since the epoch with something used.
   *
   * @param from the start of an hour
   * @param before the end of the last one that is over
   */
  Optional<Long> nextHour(Instant from, Instant before);

  /** What was used from the start of an hour until its end. */
  List<Used> used(Instant from, Instant until);

  /**
   * What a principal used.
   *
   * @param unit such as STATEMENTS
   * @param resource of what, by the fields of {@code usage_metadata}
   */
  record Used(
      UUID principalId,
      String principal,
      String unit,
      long quantity,
      Map<String, String> resource) {
    public Used {
      resource = Map.copyOf(resource);
    }
  }
}
