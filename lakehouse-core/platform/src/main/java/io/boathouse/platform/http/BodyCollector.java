package io.boathouse.platform.http;

import io.boathouse.platform.error.LakeException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Collects a buffered request body on the event loop, up to the limits of size, time and memory.
 * Whoever takes the body gives its memory back with {@link #release}.
 */
final class BodyCollector {
  private final ServerCore core;
  private final HttpServerRequest request;
  private final Consumer<LakeException> refused;
  private final Buffer body = Buffer.buffer();
  private final AtomicLong reserved = new AtomicLong();
  private boolean done;

  /**
   * @param refused is told, once, why the body is not taken in
   */
  BodyCollector(ServerCore core, HttpServerRequest request, Consumer<LakeException> refused) {
    this.core = core;
    this.request = request;
    this.refused = refused;
  }

  /** Starts to read the paused request; ends in exactly one of the two consumers. */
  void collect(Vertx vertx, Consumer<Buffer> complete) {
    long deadline = core.config.timeouts().body().toMillis();
    long[] timer = {-1};
    request.handler(this::append);
    request.endHandler(
        end -> {
          if (timer[0] >= 0) {
            vertx.cancelTimer(timer[0]);
          }
          if (!done) {
            done = true;
            complete.accept(body);
          }
        });
    request.exceptionHandler(broken -> refuse(HttpErrors.bodyBroken(broken)));
    request.resume();
    if (!done) {
      timer[0] = vertx.setTimer(deadline, late -> refuse(HttpErrors.bodyTooSlow()));
    }
  }

  private void append(Buffer part) {
    if (done) {
      return;
    }
    int limit = core.config.limits().bodyBytes();
    if ((long) body.length() + part.length() > limit) {
      refuse(HttpErrors.bodyTooLarge(limit));
      return;
    }
    try {
      core.reserve(part.length());
    } catch (LakeException e) {
      refuse(e);
      return;
    }
    reserved.addAndGet(part.length());
    body.appendBuffer(part);
  }

  private void refuse(LakeException why) {
    if (!done) {
      done = true;
      request.pause();
      release();
      refused.accept(why);
    }
  }

  /** The body as it was before its sender packed it; takes time, so on a virtual thread. */
  byte[] unpacked(String encoding) {
    return Inflation.unpack(
        encoding,
        body.getBytes(),
        core.config.limits().bodyBytes(),
        bytes -> {
          core.reserve(bytes);
          reserved.addAndGet(bytes);
        });
  }

  /** Gives back the memory; from any thread. */
  void release() {
    core.release(reserved.getAndSet(0));
  }
}
