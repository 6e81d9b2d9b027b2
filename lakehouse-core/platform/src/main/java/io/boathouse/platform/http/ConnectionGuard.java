package io.boathouse.platform.http;

import io.netty.channel.ChannelPipeline;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Closes the connections of one event loop that take too long to send a request's head, first or
 * next, however busily they trickle, and those beyond the limit. A connection with a request in
 * work is left alone; the body's own deadlines hold there.
 */
final class ConnectionGuard {
  private final IdentityHashMap<HttpConnection, State> open = new IdentityHashMap<>();
  private final long headerNanos;
  private final long idleNanos;
  private final int most;

  private static final class State {
    long since = System.nanoTime();
    boolean used;
    int inWork;
  }

  ConnectionGuard(HttpConfig config, Vertx vertx) {
    this.headerNanos = config.timeouts().header().toNanos();
    this.idleNanos = config.timeouts().idle().toNanos();
    this.most = config.limits().connections();
    long period = Math.clamp(Math.min(headerNanos, idleNanos) / 4_000_000, 20, 1_000);
    var _ = vertx.setPeriodic(period, tick -> sweep());
  }

  void opened(HttpConnection connection) {
    if (open.size() >= most) {
      var _ = connection.close();
      return;
    }
    open.put(connection, new State());
    connection.closeHandler(closed -> open.remove(connection));
    connection.exceptionHandler(broken -> {});
  }

  void requested(HttpServerRequest request) {
    State state = open.get(request.connection());
    if (state == null) {
      return;
    }
    if (!state.used) {
      state.used = true;
      stopIdleTimer(request.connection());
    }
    state.inWork++;
    boolean[] counted = {true};
    request
        .response()
        .bodyEndHandler(
            sent -> {
              if (counted[0]) {
                counted[0] = false;
                state.inWork--;
                state.since = System.nanoTime();
              }
            });
  }

  /**
   * The idle timer of the pipeline covers a connection until its first request, also before it is
   * known to be HTTP/1 or 2; from then on it would cut answers that take long.
   */
  private static void stopIdleTimer(HttpConnection connection) {
    if (connection instanceof HttpServerConnection channel) {
      ChannelPipeline pipeline = channel.channelHandlerContext().pipeline();
      if (pipeline.get("idle") != null) {
        var _ = pipeline.remove("idle");
      }
    }
  }

  private void sweep() {
    long now = System.nanoTime();
    List<HttpConnection> late = new ArrayList<>();
    open.forEach(
        (connection, state) -> {
          if (state.inWork == 0 && now - state.since > (state.used ? idleNanos : headerNanos)) {
            late.add(connection);
          }
        });
    late.forEach(
        connection -> {
          open.remove(connection);
          var _ = connection.close();
        });
  }
}
