package io.boathouse.catalog.securable;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What was read of the catalog, kept until the {@link CatalogStamp} moves. What was not found is
 * never kept, so that what is made later is found without anybody telling. Thread-safe.
 */
public final class Remembered<K, V> {
  private final CatalogStamp stamp;
  private final int most;
  private final Map<K, Kept<V>> kept = new ConcurrentHashMap<>();

  private record Kept<V>(long stamp, V value) {}

  /**
   * @param most entries; a full memory is emptied, for filling it again is cheap
   */
  public Remembered(CatalogStamp stamp, int most) {
    this.stamp = stamp;
    this.most = most;
  }

  /** The value of a key, read if it is not known. */
  public Optional<V> find(K key, Function<? super K, Optional<V>> reading) {
    OptionalLong now = stamp.forKeeping();
    if (now.isEmpty()) {
      return reading.apply(key);
    }
    Kept<V> known = kept.get(key);
    if (known != null && known.stamp() == now.getAsLong()) {
      return Optional.of(known.value());
    }
    Optional<V> read = reading.apply(key);
    read.ifPresent(value -> keep(key, new Kept<>(now.getAsLong(), value)));
    return read;
  }

  private void keep(K key, Kept<V> value) {
    if (kept.size() >= most) {
      kept.clear();
    }
    kept.put(key, value);
  }
}
