package io.boathouse.platform.http;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request body read by a virtual thread while the event loop receives it. Only a few buffers wait
 * in between: the client is asked for more when the reader has taken one.
 */
final class BodyInput extends InputStream {
  private static final int WINDOW = 4;

  private final HttpServerRequest request;
  private final Context loop;
  private final long limit;
  private final Duration pause;

  /** What came, in order; empty stands for the end. */
  private final LinkedBlockingQueue<Optional<Buffer>> arrived = new LinkedBlockingQueue<>();

  private volatile @Nullable Throwable failure;
  private byte[] current = new byte[0];
  private int position;
  private long total;
  private boolean ended;

  private BodyInput(HttpServerRequest request, Context loop, long limit, Duration pause) {
    this.request = request;
    this.loop = loop;
    this.limit = limit;
    this.pause = pause;
  }

  /** Attaches to a paused request; on its event loop. */
  static BodyInput attach(HttpServerRequest request, Context loop, long limit, Duration pause) {
    BodyInput input = new BodyInput(request, loop, limit, pause);
    request.handler(part -> input.arrived.add(Optional.of(part)));
    request.endHandler(end -> input.arrived.add(Optional.empty()));
    request.exceptionHandler(
        broken -> {
          input.failure = broken;
          input.arrived.add(Optional.empty());
        });
    request.fetch(WINDOW);
    return input;
  }

  @Override
  public int read() {
    return available() > 0 || next() ? current[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    if (available() == 0 && !next()) {
      return -1;
    }
    int taken = Math.min(length, available());
    System.arraycopy(current, position, target, offset, taken);
    position += taken;
    return taken;
  }

  @Override
  public int available() {
    return current.length - position;
  }

  /** Waits for the next bytes; false at the end of the body. */
  private boolean next() {
    if (ended) {
      return false;
    }
    Optional<Buffer> arrival = await();
    if (arrival.isEmpty()) {
      ended = true;
      if (failure != null) {
        throw HttpErrors.bodyBroken(failure);
      }
      return false;
    }
    loop.runOnContext(
        more -> {
          if (!request.isEnded()) {
            request.fetch(1);
          }
        });
    Buffer buffer = arrival.get();
    total += buffer.length();
    if (total > limit) {
      ended = true;
      throw HttpErrors.bodyTooLarge(limit);
    }
    current = buffer.getBytes();
    position = 0;
    return current.length > 0 || next();
  }

  private Optional<Buffer> await() {
    try {
      Optional<Buffer> arrival = arrived.poll(pause.toNanos(), TimeUnit.NANOSECONDS);
      if (arrival == null) {
        throw HttpErrors.bodyTooSlow();
      }
      return arrival;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw HttpErrors.closing();
    }
  }
}
