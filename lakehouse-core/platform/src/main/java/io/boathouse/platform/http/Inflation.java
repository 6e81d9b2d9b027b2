package io.boathouse.platform.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** Unpacks compressed request bodies, never beyond their limit. */
final class Inflation {
  private static final int BLOCK = 32 << 10;

  private Inflation() {}

  /** Whether a body of this content encoding has to be unpacked. */
  static boolean needed(@Nullable String encoding) {
    if (encoding == null) {
      return false;
    }
    return switch (encoding.toLowerCase(Locale.ROOT).strip()) {
      case "", "identity" -> false;
      case "gzip", "x-gzip", "deflate" -> true;
      default -> throw HttpErrors.unknownEncoding(encoding);
    };
  }

  /**
   * Unpacks a whole body; waits on nothing but takes time.
   *
   * @param grown is told of each growth, in bytes
   */
  static byte[] unpack(String encoding, byte[] packed, long limit, LongConsumer grown) {
    if (packed.length == 0) {
      return packed; // some clients name an encoding on requests that have no body
    }
    ByteArrayOutputStream unpacked = new ByteArrayOutputStream();
    try (InputStream in = open(encoding, new ByteArrayInputStream(packed))) {
      byte[] block = new byte[BLOCK];
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        if (unpacked.size() + (long) read > limit) {
          throw HttpErrors.bodyTooLarge(limit);
        }
        grown.accept(read);
        unpacked.write(block, 0, read);
      }
    } catch (IOException e) {
      throw HttpErrors.bodyBroken(e);
    }
    return unpacked.toByteArray();
  }

  /** Unpacks a body while it is read; the header is read on the first use. */
  static InputStream unpacking(String encoding, InputStream packed, long limit) {
    return new Unpacking(encoding, packed, limit);
  }

  private static InputStream open(String encoding, InputStream packed) throws IOException {
    return encoding.toLowerCase(Locale.ROOT).contains("gzip")
        ? new GZIPInputStream(packed, BLOCK)
        : new InflaterInputStream(packed);
  }

  private static final class Unpacking extends FilterInputStream {
    private final String encoding;
    private final InputStream packed;
    private final long limit;
    private long total;
    private boolean opened;

    Unpacking(String encoding, InputStream packed, long limit) {
      super(packed);
      this.encoding = encoding;
      this.packed = packed;
      this.limit = limit;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      try {
        if (!opened) {
          opened = true;
          in = open(encoding, packed);
        }
        int read = in.read(target, offset, length);
        total += Math.max(read, 0);
        if (total > limit) {
          throw HttpErrors.bodyTooLarge(limit);
        }
        return read;
      } catch (IOException e) {
        throw HttpErrors.bodyBroken(e);
      }
    }
  }
}
