package io.boathouse.platform.telemetry;

import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.RequestObserver;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One server span a request, after OpenTelemetry's HTTP conventions, as the child of the W3C {@code
 * traceparent} that the client sent. Does nothing unless an endpoint for spans is configured.
 */
final class Spans implements AutoCloseable {
  private static final Pattern TRACE_PARENT =
      Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})");
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");

  private final InstantSource clock;
  private final Optional<SdkTracerProvider> provider;

  Spans(Optional<URI> endpoint, InstantSource clock) {
    this.clock = clock;
    provider =
        endpoint.map(
            to ->
                SdkTracerProvider.builder()
                    .setResource(
                        Resource.create(
                            Attributes.of(AttributeKey.stringKey("service.name"), "boathouse")))
                    .addSpanProcessor(
                        BatchSpanProcessor.builder(
                                OtlpHttpSpanExporter.builder().setEndpoint(to.toString()).build())
                            .build())
                    .build());
  }

  /** The observer, with spans made as well if there is somewhere to send them. */
  RequestObserver around(RequestObserver inner) {
    return provider
        .map(spans -> traced(spans.get("io.boathouse.platform.http"), inner))
        .orElse(inner);
  }

  private RequestObserver traced(Tracer tracer, RequestObserver inner) {
    return new RequestObserver() {
      @Override
      public void begun() {
        inner.begun();
      }

      @Override
      public void ended(Ended ended) {
        inner.ended(ended);
        record(tracer, ended);
      }
    };
  }

  private void record(Tracer tracer, RequestObserver.Ended ended) {
    String route = ended.endpoint().map(Endpoint::path).orElse("");
    Instant end = clock.instant();
    Span span =
        tracer
            .spanBuilder(route.isEmpty() ? ended.method() : ended.method() + " " + route)
            .setSpanKind(SpanKind.SERVER)
            .setParent(parent(ended.traceParent()))
            .setStartTimestamp(end.minusNanos(ended.nanos()))
            .setAttribute(METHOD, ended.method())
            .setAttribute(ROUTE, route)
            .setAttribute(STATUS, (long) ended.status())
            .startSpan();
    if (ended.status() >= 500) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end(end);
  }

  private static Context parent(Optional<String> traceParent) {
    return traceParent
        .map(TRACE_PARENT::matcher)
        .filter(Matcher::matches)
        .map(
            parent ->
                SpanContext.createFromRemoteParent(
                    parent.group(1),
                    parent.group(2),
                    TraceFlags.fromHex(parent.group(3), 0),
                    TraceState.getDefault()))
        .filter(SpanContext::isValid)
        .map(remote -> Context.root().with(Span.wrap(remote)))
        .orElse(Context.root());
  }

  @Override
  public void close() {
    provider.ifPresent(SdkTracerProvider::close);
  }
}
