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
   * @return n rows in the order of keys, one column per wanted feature. Fails with NOT_FOUND if the
   *     table is not published, UNAVAILABLE when the store does not answer in time
   */
  Future<FeatureBlock> lookup(OnlineTable table, List<List<Object>> keys, int[] features);

  /** Adds rows to what is there; creates the table if it is new. @return rows that were kept */
  long write(OnlineTable table, List<OnlineRow> rows);

  /**
   * Puts rows in the place of everything that is there: readers see the old rows or the new ones,
   * never a mixture, and a crash leaves one of the two. @return rows that are there afterwards
   */
  long replace(OnlineTable table, Iterator<OnlineRow> rows);

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
   * @param newestEventMicros the greatest event time; {@link Long#MIN_VALUE} without rows
   */
  record OnlineStatistics(long rows, long bytes, long newestEventMicros) {}
}
