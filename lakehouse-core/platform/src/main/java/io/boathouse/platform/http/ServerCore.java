package io.boathouse.platform.http;

import io.boathouse.platform.auth.Authenticator;
import io.boathouse.platform.http.Api.Challenge;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What all requests of a server share: its routes, its limits and how much of them is used. */
final class ServerCore {
  final HttpConfig config;
  final RouteTable routes;
  final Map<String, Challenge> challenges;
  final Authenticator authenticator;
  final RequestObserver observer;
  final HostPolicy hosts;

  private final Executor virtualThreads;
  private final AtomicInteger inWork = new AtomicInteger();
  private final AtomicLong buffered = new AtomicLong();
  private volatile boolean closing;

  ServerCore(
      HttpConfig config,
      ServerApi api,
      Authenticator authenticator,
      RequestObserver observer,
      Executor virtualThreads) {
    this.config = config;
    this.routes = api.routes();
    this.challenges = Map.copyOf(api.challenges());
    this.authenticator = authenticator;
    this.observer = observer;
    this.hosts = new HostPolicy(config);
    this.virtualThreads = virtualThreads;
  }

  /** Runs work on a virtual thread of its own, or says that there is too much of it. */
  void run(Runnable work) {
    if (inWork.incrementAndGet() > config.limits().requests()) {
      inWork.decrementAndGet();
      throw HttpErrors.busy();
    }
    try {
      virtualThreads.execute(
          () -> {
            try {
              work.run();
            } finally {
              inWork.decrementAndGet();
            }
          });
    } catch (RejectedExecutionException e) {
      inWork.decrementAndGet();
      throw HttpErrors.closing();
    }
  }

  /** Takes memory for buffered bodies, or says that it is used up. */
  void reserve(long bytes) {
    if (buffered.addAndGet(bytes) > config.limits().bufferedBytes()) {
      buffered.addAndGet(-bytes);
      throw HttpErrors.busy();
    }
  }

  void release(long bytes) {
    buffered.addAndGet(-bytes);
  }

  boolean closing() {
    return closing;
  }

  void close() {
    closing = true;
  }
}
