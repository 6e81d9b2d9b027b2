package io.boathouse.platform.http;

import io.vertx.ext.web.RoutingContext;

/** Where routes register their endpoints while the server is put together. */
public interface Api {
  /**
   * Serves an endpoint on a virtual thread, with the errors of the given protocol.
   *
   * @throws IllegalStateException if the endpoint declares no permission, or its operation id or
   *     method and path are taken; either stops the server's start
   */
  void handle(Endpoint endpoint, ErrorFormat errors, Handler handler);

  /** Like {@link #handle} for an endpoint whose body is streamed instead of buffered. */
  void handleStream(Endpoint endpoint, ErrorFormat errors, Handler handler);

  /**
   * Serves an endpoint on the event loop, for the named hot paths only. The body is buffered and
   * the caller authenticated before the handler runs; the handler must never wait.
   */
  void handleHot(Endpoint endpoint, ErrorFormat errors, HotHandler handler);

  /**
   * An operation of the protocol that we do not offer yet: 501 in the protocol's own error body.
   */
  void unsupported(Endpoint endpoint, ErrorFormat errors, String remedy);

  /**
   * Sets what an unauthenticated reply under this exact path says in {@code WWW-Authenticate}, for
   * protocols that tell clients there where to get a token. Elsewhere it is {@code Bearer}.
   */
  void challenge(String path, Challenge challenge);

  /** Words the {@code WWW-Authenticate} header. */
  @FunctionalInterface
  interface Challenge {
    /**
     * @param origin how the client addressed the server, such as {@code http://localhost:8080}
     */
    String header(String origin);
  }

  /** Answers on the event loop without waiting. */
  @FunctionalInterface
  interface HotHandler {
    /** Must end the response of the context, now or later, exactly once. */
    void handle(RoutingContext context, io.boathouse.platform.auth.Caller caller);
  }
}
