package io.boathouse.featurestore.online;

import io.boathouse.featurestore.online.OnlineTable.OnlineColumn;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row as bytes, the same in memory and in the log, little-endian:
 *
 * <pre>
 * int32 keyBytes, int32 features, int64 eventMicros, int64 knownMicros, int32 recordBytes,
 * byte[features] present (0 or 1), int64[features] values, key, texts
 * </pre>
 *
 * A number, flag or time is its 64 bits; a text is {@code offset << 32 | length} into the record. A
 * record without features is a removal: it says up to which times the row of a key was taken back.
 */
final class RecordCodec {
  static final int HEADER = 28;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private RecordCodec() {}

  /** The key's bytes: equal keys have equal bytes, and no key's bytes begin another's. */
  static byte[] key(OnlineTable table, List<?> key) {
    if (key.size() != table.key().size()) {
      throw OnlineErrors.wrongWidth("key", key.size(), table.key().size());
    }
    if (key.size() == 1 && key.getFirst() instanceof String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(32);
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      for (int i = 0; i < key.size(); i++) {
        OnlineColumn column = table.key().get(i);
        Object value = column.type().convert(column.name(), key.get(i));
        if (value instanceof String text) {
          byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
          out.writeInt(utf8.length);
          out.write(utf8);
        } else {
          out.writeLong(bits(value));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] encode(OnlineTable table, OnlineRow row) {
    int features = table.features().size();
    if (row.values().size() != features) {
      throw OnlineErrors.wrongWidth("feature", row.values().size(), features);
    }
    byte[] key = key(table, row.key());
    int fixed = HEADER + features + 8 * features + key.length;
    byte @Nullable [][] texts = new byte[features][];
    int size = fixed;
    for (int i = 0; i < features; i++) {
      if (row.values().get(i) instanceof String text) {
        texts[i] = text.getBytes(StandardCharsets.UTF_8);
        size += texts[i].length;
      }
    }
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(key.length).putInt(features).putLong(row.eventMicros()).putLong(row.knownMicros());
    out.putInt(size);
    for (Object value : row.values()) {
      out.put((byte) (value == null ? 0 : 1));
    }
    int textAt = fixed;
    for (int i = 0; i < features; i++) {
      OnlineColumn column = table.features().get(i);
      @Nullable Object value = row.values().get(i);
      if (value == null) {
        out.putLong(0);
      } else if (column.type().convert(column.name(), value) instanceof String) {
        out.putLong(((long) textAt << 32) | texts[i].length);
        textAt += texts[i].length;
      } else {
        out.putLong(bits(column.type().convert(column.name(), value)));
      }
    }
    out.put(key);
    for (byte[] text : texts) {
      if (text != null) {
        out.put(text);
      }
    }
    return out.array();
  }

  /** The record that says that a row was taken back. */
  static byte[] removal(OnlineTable table, OnlineChange change) {
    return removal(key(table, change.key()), change.eventMicros(), change.knownMicros());
  }

  static byte[] removal(byte[] key, long eventMicros, long knownMicros) {
    ByteBuffer out = ByteBuffer.allocate(HEADER + key.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(key.length).putInt(0).putLong(eventMicros).putLong(knownMicros);
    return out.putInt(out.capacity()).put(key).array();
  }

  static boolean isRemoval(MemorySegment memory, long at) {
    return memory.get(INT, at + 4) == 0;
  }

  static long eventMicros(MemorySegment memory, long at) {
    return memory.get(LONG, at + 8);
  }

  static long knownMicros(MemorySegment memory, long at) {
    return memory.get(LONG, at + 16);
  }

  static int length(MemorySegment memory, long at) {
    return memory.get(INT, at + 24);
  }

  static boolean hasKey(MemorySegment memory, long at, byte[] key) {
    int length = memory.get(INT, at);
    if (length != key.length) {
      return false;
    }
    long keyAt = at + HEADER + 9L * memory.get(INT, at + 4);
    return MemorySegment.mismatch(
            memory, keyAt, keyAt + length, MemorySegment.ofArray(key), 0, length)
        < 0;
  }

  static byte[] keyOf(MemorySegment memory, long at) {
    long keyAt = at + HEADER + 9L * memory.get(INT, at + 4);
    return memory.asSlice(keyAt, memory.get(INT, at)).toArray(ValueLayout.JAVA_BYTE);
  }

  /** Copies the wanted features of a record into a row of the block. */
  static void read(MemorySegment memory, long at, int[] features, FeatureBlock block, int row) {
    int count = memory.get(INT, at + 4);
    block.found(row, eventMicros(memory, at));
    for (int column = 0; column < features.length; column++) {
      int feature = features[column];
      if (memory.get(ValueLayout.JAVA_BYTE, at + HEADER + feature) == 0) {
        block.setNull(row, column);
        continue;
      }
      long bits = memory.get(LONG, at + HEADER + count + 8L * feature);
      if (block.type(column) == ValueType.STRING) {
        byte[] utf8 =
            memory.asSlice(at + (bits >>> 32), bits & 0xFFFF_FFFFL).toArray(ValueLayout.JAVA_BYTE);
        block.setText(row, column, new String(utf8, StandardCharsets.UTF_8));
      } else {
        block.setBits(row, column, bits);
      }
    }
  }

  private static long bits(Object value) {
    return switch (value) {
      case Long number -> number;
      case Double number -> Double.doubleToRawLongBits(number);
      case Boolean flag -> flag ? 1 : 0;
      case Instant time -> ChronoUnit.MICROS.between(Instant.EPOCH, time);
      default -> throw new IllegalArgumentException("value: " + value.getClass().getName());
    };
  }
}
