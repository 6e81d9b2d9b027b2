package io.boathouse.featurestore.online;

import io.vertx.core.Future;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Latest feature values by key. Writes block, are durable when they return, and may be repeated: of
 * the rows of one key the newest by event and known time stays. Thread-safe.
 */
public interface OnlineStore extends AutoCloseable {
  /**
   * Looks keys up; called on the event loop, so it never blocks.
   *
   * @param keys n keys, each in the table's key-column order and in the classes of {@link
   *     ValueType}
   * @param features positions of the wanted features in the table
   * @return n rows in the order of keys, one column per wanted feature, all of one state of the
   *     table. Fails with NOT_FOUND if the table is not published, UNAVAILABLE when the store
   *     cannot be reached; a store that is slow leaves the future open, and the caller has the
   *     deadline
   */
  Future<FeatureBlock> lookup(OnlineTable table, List<List<Object>> keys, int[] features);

  /** Whether lookups are answered when they return, so that nobody ever waits for one. */
  default boolean answersAtOnce() {
    return false;
  }

  /** Adds rows to what is there; creates the table if it is new. @return rows that were kept */
  long write(OnlineTable table, List<OnlineRow> rows);

  /**
   * Takes rows back and puts others in their place, each key at once for readers; creates the table
   * if it is new. May be repeated.
   */
  void amend(OnlineTable table, List<OnlineChange> changes);

  /** Removes rows whose event is before an instant. @return how many there were */
  long expire(OnlineTable table, long oldestEventMicros);

  /**
   * Puts rows in the place of everything that is there: readers see the old rows or the new ones,
   * never a mixture, and a crash leaves one of the two. @return rows that are there afterwards
   */
  long replace(OnlineTable table, Iterator<OnlineRow> rows);

  /**
   * Makes the first lookup of a table as fast as the next. Blocks. @return whether it is published
   */
  boolean warm(OnlineTable table);

  /** The securable ids of the tables that are here. */
  Set<UUID> tables();

  /** Forgets a table by its securable id; one that is not there is no error. */
  void drop(UUID table);

  /** How much of a table is here. @return zero rows if it is not published */
  OnlineStatistics statistics(OnlineTable table);

  @Override
  void close();

  /**
   * @param rows keys with values
   * @param bytes memory or disk taken, whichever is more
   * @param newestEventMicros the greatest event time written; {@link Long#MIN_VALUE} without any
   */
  record OnlineStatistics(long rows, long bytes, long newestEventMicros) {}
}
