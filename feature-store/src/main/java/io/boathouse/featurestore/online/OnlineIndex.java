package io.boathouse.featurestore.online;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

/**
 * Records off the heap, found by key through open addressing. Written by one thread at a time, read
 * by any number without a lock: a record never changes once its slot points to it, a newer one is
 * appended and the slot is set to it with release semantics. Memory of replaced records comes back
 * when the index is copied, which {@link #put} does as it grows; the garbage collector frees the
 * old memory when the last reader has let go of it.
 *
 * <p>A slot holds {@code position + 1}; 0 is empty. A key that was taken back keeps its slot, which
 * points to the removal until the index is copied, so a probe ends at the first empty slot.
 */
final class OnlineIndex {
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int MIN_SLOTS = 1 << 8;
  private static final long MIN_BYTES = 1 << 14;

  private final MemorySegment memory;
  private final long[] slots;
  private long used;
  private long live;
  private long rows;
  private long removals;
  private long newestEvent = Long.MIN_VALUE;

  private OnlineIndex(long bytes, int slotCount) {
    this.memory = Arena.ofAuto().allocate(Math.max(bytes, MIN_BYTES), 8);
    this.slots = new long[slotCount];
  }

  static OnlineIndex empty() {
    return new OnlineIndex(MIN_BYTES, MIN_SLOTS);
  }

  long rows() {
    return rows;
  }

  /** Memory taken, in bytes. */
  long bytes() {
    return memory.byteSize() + 8L * slots.length;
  }

  long newestEvent() {
    return newestEvent;
  }

  /**
   * What {@link #put} did. @param index the index to go on with @param kept whether it was newer
   */
  record Put(OnlineIndex index, boolean kept) {}

  /**
   * Keeps a record unless a newer one has its key. When this index is full the answer is a larger
   * copy, which the caller publishes to readers.
   */
  Put put(byte[] key, byte[] record) {
    int slot = slot(key);
    long position = slots[slot] - 1;
    MemorySegment source = MemorySegment.ofArray(record);
    boolean there = position >= 0 && !RecordCodec.isRemoval(memory, position);
    if (RecordCodec.isRemoval(source, 0)) {
      return there && !isNewer(position, source)
          ? new Put(set(slot, key, record), true)
          : new Put(this, false);
    }
    return there && isOlder(source, position)
        ? new Put(this, false)
        : new Put(set(slot, key, record), true);
  }

  /**
   * Sets a key to a record whatever is there, unless that is newer than what the removal says.
   *
   * @return the index to go on with
   */
  OnlineIndex replace(byte[] key, byte[] removal, byte[] record) {
    int slot = slot(key);
    long position = slots[slot] - 1;
    boolean newer =
        position >= 0
            && !RecordCodec.isRemoval(memory, position)
            && isNewer(position, MemorySegment.ofArray(removal));
    return newer ? put(key, record).index() : set(slot, key, record);
  }

  private OnlineIndex set(int slot, byte[] key, byte[] record) {
    long position = slots[slot] - 1;
    long size = aligned(record.length);
    if (used + size > memory.byteSize()
        || (position < 0 && (rows + removals + 1) * 2 > slots.length)) {
      OnlineIndex copy = grown(size);
      return copy.set(copy.slot(key), key, record);
    }
    MemorySegment source = MemorySegment.ofArray(record);
    long at = used;
    MemorySegment.copy(source, 0, memory, at, record.length);
    used += size;
    count(position, -1);
    if (position >= 0) {
      live -= aligned(length(position));
    }
    live += size;
    count(at, 1);
    SLOT.setRelease(slots, slot, at + 1);
    return this;
  }

  private void count(long position, int change) {
    if (position < 0) {
      return;
    }
    if (RecordCodec.isRemoval(memory, position)) {
      removals += change;
    } else {
      rows += change;
      newestEvent = Math.max(newestEvent, RecordCodec.eventMicros(memory, position));
    }
  }

  /** Reads the features of a key into a row of the block; leaves it NOT_FOUND without a record. */
  void lookup(byte[] key, int[] features, FeatureBlock block, int row) {
    long position = (long) SLOT.getAcquire(slots, slot(key)) - 1;
    if (position >= 0 && !RecordCodec.isRemoval(memory, position)) {
      RecordCodec.read(memory, position, features, block, row);
    }
  }

  /** Gives every live record as its bytes, in no order. */
  void forEach(Consumer<byte[]> consumer) {
    for (long slot : slots) {
      if (slot != 0 && !RecordCodec.isRemoval(memory, slot - 1)) {
        consumer.accept(bytes(slot - 1));
      }
    }
  }

  private boolean isOlder(MemorySegment record, long position) {
    return isLater(memory, position, record, 0);
  }

  private boolean isNewer(long position, MemorySegment removal) {
    return isLater(memory, position, removal, 0);
  }

  private static boolean isLater(MemorySegment a, long atA, MemorySegment b, long atB) {
    long event = RecordCodec.eventMicros(a, atA);
    long other = RecordCodec.eventMicros(b, atB);
    return event > other
        || (event == other && RecordCodec.knownMicros(a, atA) > RecordCodec.knownMicros(b, atB));
  }

  /** A copy with room for as much again, without what was replaced. */
  private OnlineIndex grown(long atLeast) {
    int slotCount = (rows + 1) * 2 > slots.length ? slots.length * 2 : slots.length;
    OnlineIndex copy = new OnlineIndex((live + atLeast) * 2, slotCount);
    forEach(
        record -> {
          Put unused = copy.put(RecordCodec.keyOf(MemorySegment.ofArray(record), 0), record);
        });
    return copy;
  }

  private int slot(byte[] key) {
    int mask = slots.length - 1;
    int slot = (int) (hash(key) & mask);
    while (true) {
      long position = (long) SLOT.getAcquire(slots, slot) - 1;
      if (position < 0 || RecordCodec.hasKey(memory, position, key)) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
  }

  private byte[] bytes(long position) {
    return memory.asSlice(position, length(position)).toArray(ValueLayout.JAVA_BYTE);
  }

  private int length(long position) {
    return RecordCodec.length(memory, position);
  }

  private static long aligned(long size) {
    return (size + 7) & ~7L;
  }

  /** FNV-1a, 64 bits, with a final mix: Fowler, Noll, Vo; mix of MurmurHash3. */
  private static long hash(byte[] key) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : key) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    hash ^= hash >>> 33;
    hash *= 0xff51afd7ed558ccdL;
    return hash ^ (hash >>> 33);
  }
}
