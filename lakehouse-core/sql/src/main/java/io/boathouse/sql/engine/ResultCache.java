package io.boathouse.sql.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows of small results by everything that the engine would be given to make them: the text of the
 * query and of each view beneath it, with the caller's policies and groups in them, and the files.
 * So two people share a result only if their rights make it the same; a commit, a policy or a
 * membership that changes makes another key, and what nobody asks for any more makes room. The
 * right to read is asked for before the cache is. Bounded by the memory that the rows take, about;
 * the longest unused goes first. Thread-safe.
 */
public final class ResultCache {
  private static final int CELL = 24;

  private final long mostBytes;
  private final long mostOfOne;

  @GuardedBy("this")
  private final Map<String, Result> results = new LinkedHashMap<>(16, 0.75f, true);

  @GuardedBy("this")
  private long bytes;

  private record Result(
      List<ResultColumn> columns, List<List<@Nullable Object>> rows, long bytes) {}

  /**
   * @param mostBytes of all results
   * @param mostOfOne a greater result is not kept
   */
  public ResultCache(long mostBytes, long mostOfOne) {
    this.mostBytes = mostBytes;
    this.mostOfOne = mostOfOne;
  }

  /** Short for a long text, which no other text has. */
  static String key(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Hands the sink the rows that are kept. Whether there are any. */
  boolean answer(String key, RowSink sink) {
    Optional<Result> found = find(key);
    found.ifPresent(
        result -> {
          sink.columns(result.columns());
          boolean more = true;
          for (int i = 0; more && i < result.rows().size(); i++) {
            more = sink.row(result.rows().get(i));
          }
        });
    return found.isPresent();
  }

  private synchronized Optional<Result> find(String key) {
    return Optional.ofNullable(results.get(key));
  }

  private synchronized void put(String key, Result result) {
    Result old = results.put(key, result);
    bytes += result.bytes() - (old == null ? 0 : old.bytes());
    for (var eldest = results.values().iterator(); bytes > mostBytes && eldest.hasNext(); ) {
      bytes -= eldest.next().bytes();
      eldest.remove();
    }
  }

  /** How many bytes the kept rows take, about. */
  synchronized long bytes() {
    return bytes;
  }

  /** Rows on their way to a sink, which are to be kept when all of them have been there. */
  Recording recording(String key, RowSink sink) {
    return new Recording(key, sink);
  }

  /** Remembers the rows of one result as long as they are few. */
  final class Recording implements RowSink {
    private final String key;
    private final RowSink sink;
    private final List<ResultColumn> columns = new ArrayList<>();
    private final List<List<@Nullable Object>> rows = new ArrayList<>();
    private long taken;
    private boolean whole = true;

    private Recording(String key, RowSink sink) {
      this.key = key;
      this.sink = sink;
      this.taken = key.length();
    }

    @Override
    public void columns(List<ResultColumn> all) {
      columns.addAll(all);
      sink.columns(all);
    }

    @Override
    public boolean row(List<@Nullable Object> values) {
      if (whole) {
        taken += size(values);
        if (taken <= mostOfOne) {
          rows.add(values);
        } else {
          forget();
        }
      }
      boolean more = sink.row(values);
      if (!more) {
        forget();
      }
      return more;
    }

    private void forget() {
      whole = false;
      rows.clear();
    }

    /** All rows have been there. */
    void done() {
      if (whole) {
        put(key, new Result(List.copyOf(columns), List.copyOf(rows), taken));
      }
    }
  }

  private static long size(@Nullable Object value) {
    return switch (value) {
      case null -> CELL;
      case String text -> CELL + 2L * text.length();
      case byte[] content -> CELL + content.length;
      case BigDecimal number -> CELL + number.unscaledValue().bitLength() / 8;
      case BigInteger number -> CELL + number.bitLength() / 8;
      case List<?> list -> list.stream().mapToLong(ResultCache::size).sum() + CELL;
      case Map<?, ?> map ->
          size(List.copyOf(map.keySet()))
              + map.values().stream().mapToLong(ResultCache::size).sum();
      default -> CELL;
    };
  }
}
