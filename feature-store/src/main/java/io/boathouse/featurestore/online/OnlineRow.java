package io.boathouse.featurestore.online;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row to be stored: of the rows with one key the one with the greatest {@code (eventMicros,
 * knownMicros)} is kept, so rows may come late, twice, and in any order.
 *
 * @param key one value per key column, none of them null
 * @param eventMicros when the features were true, in microseconds since the epoch
 * @param knownMicros when they became known
 * @param values one value per feature column, null where the feature has none
 */
public record OnlineRow(
    List<Object> key, long eventMicros, long knownMicros, List<@Nullable Object> values) {
  public OnlineRow {
    key = List.copyOf(key);
    values = Collections.unmodifiableList(new ArrayList<@Nullable Object>(values));
  }
}
