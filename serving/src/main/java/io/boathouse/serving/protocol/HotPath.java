package io.boathouse.serving.protocol;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.lane.Lanes;
import io.boathouse.serving.batch.Call;
import io.boathouse.serving.endpoint.EndpointService;
import io.boathouse.serving.inference.Answered;
import io.boathouse.serving.inference.Asked;
import io.boathouse.serving.inference.LiveEndpoint;
import io.boathouse.serving.inference.RoutingTable;
import io.boathouse.serving.inference.ServingMeters;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One prediction from its arrival to its reply. What is known is answered on the event loop: the
 * endpoint from the routing snapshot, the grant from the authorizer's cache. A grant that is not
 * known is asked for on a virtual thread, as are features that are kept elsewhere, and large bodies
 * are scored on the compute pool.
 */
final class HotPath {
  private static final Logger log = LoggerFactory.getLogger(HotPath.class);
  private static final String ROUTING_KEY = "x-routing-key";
  private static final int INLINE_BYTES = 32 << 10;

  private final RoutingTable routing;
  private final EndpointService endpoints;
  private final Authorizer authorizer;
  private final Threads threads;

  /** The clock and the lanes that are no event loop. */
  record Threads(Executor virtualThreads, Executor compute, InstantSource clock) {
    static Threads of(Lanes lanes, InstantSource clock) {
      return new Threads(lanes.virtualThreads(), lanes.compute(), clock);
    }
  }

  HotPath(RoutingTable routing, EndpointService endpoints, Authorizer authorizer, Threads threads) {
    this.routing = routing;
    this.endpoints = endpoints;
    this.authorizer = authorizer;
    this.threads = threads;
  }

  /** What a protocol does with an admitted request; burns CPU and never waits. */
  @FunctionalInterface
  interface Work {
    CompletableFuture<Answered> answer(LiveEndpoint endpoint, Asked asked);
  }

  /** Answers one request, now or later. */
  void serve(RoutingContext context, Caller caller, Voice voice, String endpoint, Work work) {
    long began = System.nanoTime();
    Buffer body = context.body() == null ? null : context.body().buffer();
    var asked =
        new Asked(
            UUID.randomUUID().toString(),
            new Asked.From(
                caller.principal(),
                Optional.ofNullable(context.request().getHeader(ROUTING_KEY)),
                call(context, began)),
            threads.clock().instant(),
            began,
            body == null ? new byte[0] : body.getBytes());
    var one = new Exchange(context, context.vertx().getOrCreateContext(), voice, asked, work);
    Optional<LiveEndpoint> live = routing.find(endpoint);
    boolean known =
        live.flatMap(found -> authorizer.cachedDecision(caller, Privilege.CAN_QUERY, found.id()))
            .orElse(false);
    if (known) {
      admitted(one, live.orElseThrow());
      return;
    }
    threads
        .virtualThreads()
        .execute(
            () -> {
              try {
                LiveEndpoint found = endpoints.requireQueryable(caller, endpoint);
                one.loop().runOnContext(go -> admitted(one, found));
              } catch (Throwable e) {
                one.loop().runOnContext(go -> fail(one, live, e));
              }
            });
  }

  private static Call call(RoutingContext context, long beganNanos) {
    HttpServerResponse response = context.response();
    return new Call(
        RequestTimeout.of(context.request())
            .map(patience -> beganNanos + patience.toNanos())
            .orElse(Call.NEVER),
        response::closed);
  }

  private record Exchange(
      RoutingContext context, Context loop, Voice voice, Asked asked, Work work) {}

  private void admitted(Exchange one, LiveEndpoint endpoint) {
    endpoint.meters().took(ServingMeters.Phase.AUTH, System.nanoTime() - one.asked().beganNanos());
    if (one.asked().body().length <= INLINE_BYTES) {
      answer(one, endpoint);
      return;
    }
    try {
      threads.compute().execute(() -> answer(one, endpoint));
    } catch (LakeException e) {
      fail(one, Optional.of(endpoint), e);
    }
  }

  private void answer(Exchange one, LiveEndpoint endpoint) {
    CompletableFuture<Answered> answer;
    try {
      answer = one.work().answer(endpoint, one.asked());
    } catch (Throwable e) {
      answer = CompletableFuture.failedFuture(e);
    }
    var unused = answer.handle((answered, failure) -> told(one, endpoint, answered, failure));
  }

  private static boolean told(
      Exchange one,
      LiveEndpoint endpoint,
      @Nullable Answered answered,
      @Nullable Throwable failure) {
    if (answered != null) {
      endpoint.meters().answered(System.nanoTime() - one.asked().beganNanos());
      onLoop(one, () -> send(one, answered));
    } else {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      Throwable known = cause == null ? new IllegalStateException("no answer") : cause;
      onLoop(one, () -> fail(one, Optional.of(endpoint), known));
    }
    return true;
  }

  private static void onLoop(Exchange one, Runnable task) {
    if (one.loop().equals(Vertx.currentContext())) {
      task.run();
    } else {
      one.loop().runOnContext(go -> task.run());
    }
  }

  private static void send(Exchange one, Answered answered) {
    HttpServerResponse response = one.context().response();
    if (response.ended() || response.closed()) {
      return;
    }
    one.voice().answer(response, one.asked(), answered);
  }

  /**
   * @param endpoint that counts the failure; empty if none of that name answers
   */
  private static void fail(Exchange one, Optional<LiveEndpoint> endpoint, Throwable problem) {
    LakeException failure =
        problem instanceof LakeException known ? known : ProtocolErrors.internal(problem);
    endpoint.ifPresent(
        live -> live.meters().failed(failure.code(), System.nanoTime() - one.asked().beganNanos()));
    HttpServerResponse response = one.context().response();
    String requestId = String.valueOf(response.headers().get("x-request-id"));
    if (failure.code() == ErrorCode.INTERNAL) {
      log.error("Prediction {} failed", requestId, problem);
    }
    if (response.ended() || response.closed()) {
      return;
    }
    one.voice().refuse(response, one.asked(), failure, requestId);
  }
}
