package io.boathouse.platform.http;

import java.util.Optional;

/** Sees every request begin and end, for metrics; called on the event loop, so it never waits. */
public interface RequestObserver {
  /** Sees nothing. */
  RequestObserver NONE =
      new RequestObserver() {
        @Override
        public void begun() {}

        @Override
        public void ended(Ended ended) {}
      };

  void begun();

  void ended(Ended ended);

  /**
   * A finished request.
   *
   * @param endpoint what answered it; empty if no endpoint has that path and method
   * @param method the method as sent
   * @param status the status of the reply; 499 if the client went away before it
   * @param traceParent the W3C trace context that the client sent, unchecked
   * @param nanos from the end of the request head to the end of the reply
   */
  record Ended(
      Optional<Endpoint> endpoint,
      String method,
      int status,
      Optional<String> traceParent,
      long nanos,
      long requestBytes,
      long responseBytes) {}
}
