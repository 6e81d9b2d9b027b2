package io.boathouse.catalog.location;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.Semaphore;

/**
 * Memory for contents that have to be whole before they are stored, bounded over all requests.
 * Whoever finds no room is refused at once. Thread-safe.
 */
final class ContentMemory {
  private static final int PIECE_BYTES = 1 << 16;

  private final Semaphore pieces;

  /**
   * @param bytes of all contents together
   */
  ContentMemory(long bytes) {
    this.pieces = new Semaphore((int) Math.ceilDiv(bytes, PIECE_BYTES));
  }

  /** A content; closing gives its room back. */
  final class Held implements AutoCloseable {
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private int taken;

    private Held() {}

    byte[] bytes() {
      return content.toByteArray();
    }

    private void add(byte[] bytes, int length) {
      int needed = Math.ceilDiv(content.size() + length, PIECE_BYTES) - taken;
      if (needed > 0 && !pieces.tryAcquire(needed)) {
        throw AccessErrors.tooManyWrites();
      }
      taken += Math.max(0, needed);
      content.write(bytes, 0, length);
    }

    @Override
    public void close() {
      pieces.release(taken);
    }
  }

  /**
   * Reads a content.
   *
   * @param most how many bytes it may have
   * @throws io.boathouse.platform.error.LakeException TOO_LARGE; RATE_LIMITED if others hold the
   *     room
   */
  Held read(InputStream body, int most) {
    Held held = new Held();
    try {
      byte[] piece = new byte[PIECE_BYTES];
      for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
        if (held.content.size() + count > most) {
          throw AccessErrors.tooLarge(most);
        }
        held.add(piece, count);
      }
      return held;
    } catch (IOException e) {
      held.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      held.close();
      throw e;
    }
  }
}
