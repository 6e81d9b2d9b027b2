package io.boathouse.platform.http;

import io.boathouse.platform.error.LakeException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
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
  private long reserved;
  private boolean done;

  private BodyCollector(
      ServerCore core, HttpServerRequest request, Consumer<LakeException> refused) {
    this.core = core;
    this.request = request;
    this.refused = refused;
  }

  /** Starts to read a paused request; exactly one of the two consumers is called. */
  static BodyCollector collect(
      ServerCore core,
      Vertx vertx,
      HttpServerRequest request,
      Consumer<Buffer> complete,
      Consumer<LakeException> refused) {
    BodyCollector collector = new BodyCollector(core, request, refused);
    long deadline = core.config.timeouts().body().toMillis();
    long[] timer = {-1};
    request.handler(collector::append);
    request.endHandler(
        end -> {
          if (timer[0] >= 0) {
            vertx.cancelTimer(timer[0]);
          }
          if (!collector.done) {
            collector.done = true;
            complete.accept(collector.body);
          }
        });
    request.exceptionHandler(broken -> collector.refuse(HttpErrors.bodyBroken(broken)));
    request.resume();
    if (!collector.done) {
      timer[0] = vertx.setTimer(deadline, late -> collector.refuse(HttpErrors.bodyTooSlow()));
    }
    return collector;
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
    reserved += part.length();
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

  /** Gives back the memory; may be called from any thread, once. */
  void release() {
    core.release(reserved);
    reserved = 0;
  }
}
