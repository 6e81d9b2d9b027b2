package io.boathouse.featurestore.online;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a lookup: {@code rows × columns} cells in the order of the keys and features asked
 * for. Numbers are kept as raw 64 bits, so a double comes back as it was stored. Filled by one
 * thread and read by one thread.
 */
public final class FeatureBlock {
  private final int rows;
  private final List<ValueType> types;
  private final byte[] status;
  private final long[] bits;
  private final @Nullable String[] text;
  private final long[] eventMicros;

  /** A block whose cells are all NOT_FOUND. */
  public FeatureBlock(int rows, List<ValueType> types) {
    this.rows = rows;
    this.types = List.copyOf(types);
    int cells = Math.multiplyExact(rows, types.size());
    this.status = new byte[cells];
    Arrays.fill(status, (byte) CellStatus.NOT_FOUND.ordinal());
    this.bits = new long[cells];
    this.text = types.contains(ValueType.STRING) ? new @Nullable String[cells] : new String[0];
    this.eventMicros = new long[rows];
    Arrays.fill(eventMicros, Long.MIN_VALUE);
  }

  /** A block whose cells are all LATE: what is known of a store that did not answer in time. */
  public static FeatureBlock late(int rows, List<ValueType> types) {
    FeatureBlock block = new FeatureBlock(rows, types);
    Arrays.fill(block.status, (byte) CellStatus.LATE.ordinal());
    return block;
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return types.size();
  }

  public ValueType type(int column) {
    return types.get(column);
  }

  public CellStatus status(int row, int column) {
    return switch (status[cell(row, column)]) {
      case 0 -> CellStatus.PRESENT;
      case 1 -> CellStatus.NULL;
      case 3 -> CellStatus.LATE;
      default -> CellStatus.NOT_FOUND;
    };
  }

  /** The value of a DOUBLE cell, or a LONG or BOOLEAN one as a number; NaN unless PRESENT. */
  public double doubleValue(int row, int column) {
    if (status(row, column) != CellStatus.PRESENT) {
      return Double.NaN;
    }
    long raw = bits[cell(row, column)];
    return types.get(column) == ValueType.DOUBLE ? Double.longBitsToDouble(raw) : (double) raw;
  }

  /** The value in its type's class; null unless PRESENT. */
  public @Nullable Object value(int row, int column) {
    if (status(row, column) != CellStatus.PRESENT) {
      return null;
    }
    int cell = cell(row, column);
    return switch (types.get(column)) {
      case LONG -> bits[cell];
      case DOUBLE -> Double.longBitsToDouble(bits[cell]);
      case BOOLEAN -> bits[cell] != 0;
      case STRING -> text[cell];
      case TIMESTAMP -> Instant.EPOCH.plus(bits[cell], ChronoUnit.MICROS);
    };
  }

  /** When the row's features were true, in microseconds; {@link Long#MIN_VALUE} if not found. */
  public long eventMicros(int row) {
    return eventMicros[row];
  }

  /** Turns rows whose event is before an instant into rows that are not found. */
  public void expire(long oldestEventMicros) {
    for (int row = 0; row < rows; row++) {
      if (eventMicros[row] != Long.MIN_VALUE && eventMicros[row] < oldestEventMicros) {
        eventMicros[row] = Long.MIN_VALUE;
        Arrays.fill(
            status,
            row * types.size(),
            (row + 1) * types.size(),
            (byte) CellStatus.NOT_FOUND.ordinal());
      }
    }
  }

  void found(int row, long micros) {
    eventMicros[row] = micros;
  }

  void setNull(int row, int column) {
    status[cell(row, column)] = (byte) CellStatus.NULL.ordinal();
  }

  void setBits(int row, int column, long raw) {
    int cell = cell(row, column);
    bits[cell] = raw;
    status[cell] = (byte) CellStatus.PRESENT.ordinal();
  }

  void setText(int row, int column, String value) {
    int cell = cell(row, column);
    text[cell] = value;
    status[cell] = (byte) CellStatus.PRESENT.ordinal();
  }

  private int cell(int row, int column) {
    return row * types.size() + column;
  }
}
