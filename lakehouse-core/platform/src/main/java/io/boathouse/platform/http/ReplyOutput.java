package io.boathouse.platform.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A reply body written by a virtual thread while the event loop sends it. One buffer is on its way
 * while the next one fills; a client that does not read makes the writer wait, and fail at the
 * deadline. Nothing is sent before the first buffer is full or the body ends, so that a failure up
 * to there still gets a proper error reply.
 */
final class ReplyOutput extends OutputStream {
  private static final int CHUNK = 64 << 10;

  private final HttpServerResponse response;
  private final Context loop;
  private final Runnable head;
  private final OptionalLong length;
  private final Duration pause;
  private final byte[] chunk = new byte[CHUNK];
  private int filled;
  private long total;
  private volatile boolean committed;
  private Future<Void> underWay = Future.succeededFuture();

  /**
   * @param head writes status and headers; called once, on the event loop, before the first bytes
   */
  ReplyOutput(
      HttpServerResponse response,
      Context loop,
      Runnable head,
      OptionalLong length,
      Duration pause) {
    this.response = response;
    this.loop = loop;
    this.head = head;
    this.length = length;
    this.pause = pause;
  }

  /** Whether the status has been sent, so that it can no longer be an error's. */
  boolean committed() {
    return committed;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int count) throws IOException {
    total += count;
    if (length.isPresent() && total > length.getAsLong()) {
      throw new IOException("body is longer than its declared " + length.getAsLong() + " bytes");
    }
    int from = offset;
    int left = count;
    while (left > 0) {
      int taken = Math.min(left, CHUNK - filled);
      System.arraycopy(source, from, chunk, filled, taken);
      filled += taken;
      from += taken;
      left -= taken;
      if (filled == CHUNK) {
        flush();
      }
    }
  }

  @Override
  public void flush() throws IOException {
    if (filled == 0) {
      return;
    }
    Buffer full = Buffer.buffer(filled).appendBytes(chunk, 0, filled);
    filled = 0;
    awaitSent();
    underWay = onLoop(() -> response.write(full));
  }

  /** Sends what is left and ends the reply. */
  void finish() throws IOException {
    flush();
    awaitSent();
    if (length.isPresent() && total < length.getAsLong()) {
      throw new IOException(
          "body ended after %d of its declared %d bytes".formatted(total, length.getAsLong()));
    }
    underWay = onLoop(response::end);
    awaitSent();
  }

  private Future<Void> onLoop(java.util.function.Supplier<Future<Void>> send) {
    boolean first = !committed;
    committed = true;
    Promise<Void> sent = Promise.promise();
    loop.runOnContext(
        now -> {
          try {
            if (first) {
              head.run();
            }
            send.get().onComplete(sent);
          } catch (RuntimeException e) {
            sent.tryFail(e);
          }
        });
    return sent.future();
  }

  private void awaitSent() throws IOException {
    try {
      underWay.toCompletionStage().toCompletableFuture().get(pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while sending", e);
    } catch (ExecutionException e) {
      throw new IOException("the client went away", e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("the client does not read", e);
    }
  }
}
