package io.boathouse.table.delta;

import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.deletionvectors.Base85Codec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32;
import org.roaringbitmap.RoaringBitmap;

/**
 * Writes deletion vectors in Delta's own format: one file for all of a commit, each vector with its
 * length before it and its checksum behind it.
 */
final class DeletionVectors {
  private static final int VERSION = 1;
  private static final int MAGIC = 1681511377;
  private static final String UUID_STORAGE = "u";

  private DeletionVectors() {}

  /** A file of vectors, and which part of it belongs to which data file. */
  record Written(StoragePath file, Map<StoragePath, DeletionVectorDescriptor> vectors) {}

  /**
   * @param marked positions by data file, at least one
   */
  static Written write(FileStore folder, Map<StoragePath, long[]> marked) {
    UUID id = UUID.randomUUID();
    String encoded = Base85Codec.encodeUUID(id);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.write(VERSION);
    Map<StoragePath, DeletionVectorDescriptor> vectors = new LinkedHashMap<>();
    for (Map.Entry<StoragePath, long[]> entry : new TreeMap<>(marked).entrySet()) {
      byte[] vector = bytes(entry.getValue());
      int offset = content.size();
      content.writeBytes(bigEndian(vector.length));
      content.writeBytes(vector);
      CRC32 sum = new CRC32();
      sum.update(vector);
      content.writeBytes(bigEndian((int) sum.getValue()));
      vectors.put(
          entry.getKey(),
          new DeletionVectorDescriptor(
              UUID_STORAGE,
              encoded,
              Optional.of(offset),
              vector.length,
              distinct(entry.getValue())));
    }
    StoragePath file = StoragePath.of("deletion_vector_" + id + ".bin");
    FileInfo unused = folder.put(file, out -> content.writeTo(out));
    return new Written(file, vectors);
  }

  private static long distinct(long[] positions) {
    return bitmaps(positions).values().stream().mapToLong(RoaringBitmap::getLongCardinality).sum();
  }

  /** Roaring bitmaps of the low halves of the positions, by their high halves. */
  private static Map<Integer, RoaringBitmap> bitmaps(long[] positions) {
    Map<Integer, RoaringBitmap> bitmaps = new TreeMap<>();
    for (long position : positions) {
      bitmaps
          .computeIfAbsent((int) (position >>> Integer.SIZE), key -> new RoaringBitmap())
          .add((int) position);
    }
    return bitmaps;
  }

  private static byte[] bytes(long[] positions) {
    Map<Integer, RoaringBitmap> bitmaps = bitmaps(positions);
    int size = Integer.BYTES + Long.BYTES;
    for (RoaringBitmap bitmap : bitmaps.values()) {
      boolean unused = bitmap.runOptimize();
      size += Integer.BYTES + bitmap.serializedSizeInBytes();
    }
    ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(MAGIC).putLong(bitmaps.size());
    bitmaps.forEach(
        (high, bitmap) -> {
          buffer.putInt(high);
          bitmap.serialize(buffer);
        });
    return buffer.array();
  }

  private static byte[] bigEndian(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }
}
