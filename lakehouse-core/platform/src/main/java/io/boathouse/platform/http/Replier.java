package io.boathouse.platform.http;

import io.boathouse.platform.http.Reply.Body;
import io.boathouse.platform.json.Json;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the one reply of a request and then settles the connection: what is left of an unread body
 * is drained or the connection closed, and a client that does not read is dropped.
 */
final class Replier {
  private static final Logger log = LoggerFactory.getLogger(Replier.class);
  private static final int LINGER_BYTES = 256 << 10;
  private static final long LINGER_MILLIS = 1_000;
  private static final int SMALL = 16 << 10;
  private static final int CLIENT_GONE = 499;

  private final ServerCore core;
  private final Vertx vertx;
  private final Context loop;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final String requestId;
  private final Map<String, String> extra = new LinkedHashMap<>();
  private final AtomicBoolean observed = new AtomicBoolean();
  private final long began = System.nanoTime();
  private Supplier<Optional<Endpoint>> endpoint = Optional::empty;

  Replier(ServerCore core, Vertx vertx, Context loop, HttpServerRequest request, String requestId) {
    this.core = core;
    this.vertx = vertx;
    this.loop = loop;
    this.request = request;
    this.response = request.response();
    this.requestId = requestId;
    response.endHandler(sent -> observe(response.getStatusCode()));
    // A stream of HTTP/2 is closed before its end is told.
    response.closeHandler(
        gone -> observe(response.ended() ? response.getStatusCode() : CLIENT_GONE));
    response.exceptionHandler(e -> log.debug("Request {} lost its client", requestId, e));
  }

  /** Says which endpoint the request is counted for. */
  void whenEnded(Supplier<Optional<Endpoint>> answeredBy) {
    endpoint = answeredBy;
  }

  private void observe(int status) {
    if (observed.compareAndSet(false, true)) {
      core.observer.ended(
          new RequestObserver.Ended(
              endpoint.get(),
              request.method().name(),
              status,
              Optional.ofNullable(request.getHeader("traceparent")),
              System.nanoTime() - began,
              request.bytesRead(),
              response.bytesWritten()));
    }
  }

  /** Adds a header to the coming reply; on the event loop. */
  void header(String name, String value) {
    extra.put(name, value);
  }

  /** Sets what every reply carries, for handlers that write to the response themselves. */
  void defaultHeaders() {
    response.putHeader("x-request-id", requestId);
    response.putHeader("X-Content-Type-Options", "nosniff");
    response.putHeader("Content-Security-Policy", "default-src 'none'; sandbox");
    response.putHeader("Cache-Control", "no-store");
    if (core.closing() && request.version() != HttpVersion.HTTP_2) {
      response.putHeader("Connection", "close");
    }
  }

  /**
   * Sends the reply; from the event loop, or from the request's virtual thread, which a streamed
   * body occupies until it is sent.
   */
  void reply(Reply reply) throws IOException {
    switch (reply.body()) {
      case Body.Empty empty -> onLoop(() -> send(reply, "", Buffer.buffer()));
      case Body.Json(Object value) -> {
        Buffer bytes = Buffer.buffer(Json.write(value));
        onLoop(() -> send(reply, "application/json", bytes));
      }
      case Body.Bytes(String type, byte[] content) ->
          onLoop(() -> send(reply, type, Buffer.buffer(content)));
      case Body.Stream stream -> stream(reply, stream);
    }
  }

  private void stream(Reply reply, Body.Stream body) throws IOException {
    if (request.method().equals(HttpMethod.HEAD)) {
      onLoop(
          () -> {
            head(reply, body.contentType(), body.length());
            end(response.end());
          });
      return;
    }
    ReplyOutput out =
        new ReplyOutput(
            response,
            loop,
            () -> {
              head(reply, body.contentType(), body.length());
              response.setChunked(body.length().isEmpty());
            },
            body.length(),
            core.config.timeouts().write());
    try {
      body.writer().writeTo(out);
      out.finish();
    } catch (Throwable e) {
      if (!out.committed()) {
        throw e;
      }
      if (e instanceof IOException) {
        log.debug("Request {} lost its client while answering", requestId, e);
      } else {
        log.error("Request {} broke off its reply", requestId, e);
      }
      loop.runOnContext(cut -> response.reset());
    }
  }

  private void onLoop(Runnable send) {
    loop.runOnContext(
        now -> {
          try {
            if (!response.ended() && !response.closed()) {
              send.run();
            }
          } catch (RuntimeException e) {
            log.error("Request {} got no reply", requestId, e);
            response.reset();
          }
        });
  }

  private void send(Reply reply, String contentType, Buffer body) {
    boolean bodiless = reply.status() == 204 || reply.status() == 304;
    head(reply, contentType, bodiless ? OptionalLong.empty() : OptionalLong.of(body.length()));
    if (bodiless || request.method().equals(HttpMethod.HEAD)) {
      end(response.end());
    } else {
      end(response.end(body));
    }
    if (body.length() > SMALL) {
      dropIfUnread();
    }
  }

  private void head(Reply reply, String contentType, OptionalLong length) {
    response.setStatusCode(reply.status());
    defaultHeaders();
    if (!contentType.isEmpty()) {
      response.putHeader("Content-Type", contentType);
    }
    length.ifPresent(bytes -> response.putHeader("Content-Length", Long.toString(bytes)));
    extra.forEach(response::putHeader);
    reply.headers().forEach(response::putHeader);
    if (!request.isEnded() && !drainable() && request.version() != HttpVersion.HTTP_2) {
      response.putHeader("Connection", "close");
    }
  }

  /** Whether what is left of the body is so little that reading it is cheaper than reconnecting. */
  private boolean drainable() {
    String length = request.getHeader("content-length");
    try {
      return length != null && Long.parseLong(length) <= LINGER_BYTES;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private void end(Future<Void> sent) {
    if (request.isEnded()) {
      return;
    }
    boolean keep = drainable();
    request.handler(ignored -> {});
    request.exceptionHandler(ignored -> {});
    request.endHandler(
        done -> {
          if (!keep) {
            cut();
          }
        });
    request.resume();
    sent.onComplete(
        done ->
            vertx.setTimer(
                LINGER_MILLIS,
                late -> {
                  if (!request.isEnded()) {
                    cut();
                  }
                }));
  }

  private void cut() {
    if (request.version() == HttpVersion.HTTP_2) {
      response.reset();
    } else {
      request.connection().close();
    }
  }

  private void dropIfUnread() {
    long timer =
        vertx.setTimer(
            core.config.timeouts().write().toMillis(),
            late -> {
              if (!observed.get()) {
                request.connection().close();
              }
            });
    if (observed.get()) {
      vertx.cancelTimer(timer);
    }
  }
}
