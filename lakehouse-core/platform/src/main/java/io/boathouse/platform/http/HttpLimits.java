package io.boathouse.platform.http;

/**
 * Settings under {@code server.limits:}; what goes beyond is refused, never queued.
 *
 * @param bodyBytes largest buffered request body, after decompression
 * @param uploadBytes largest streamed request body, after decompression
 * @param headerBytes largest request head
 * @param bufferedBytes how much all buffered bodies may hold in memory together
 * @param connections open connections
 * @param requests requests in work
 */
public record HttpLimits(
    int bodyBytes,
    long uploadBytes,
    int headerBytes,
    long bufferedBytes,
    int connections,
    int requests) {
  public static final HttpLimits DEFAULTS =
      new HttpLimits(16 << 20, 10L << 30, 32 << 10, 64L << 20, 4_096, 512);

  public HttpLimits {
    positive("body_bytes", bodyBytes);
    positive("upload_bytes", uploadBytes);
    positive("header_bytes", headerBytes);
    positive("buffered_bytes", bufferedBytes);
    positive("connections", connections);
    positive("requests", requests);
    if (bufferedBytes < bodyBytes) {
      throw new IllegalArgumentException(
          "buffered_bytes: %d (expected: >= body_bytes, %d)".formatted(bufferedBytes, bodyBytes));
    }
  }

  private static void positive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
    }
  }
}
