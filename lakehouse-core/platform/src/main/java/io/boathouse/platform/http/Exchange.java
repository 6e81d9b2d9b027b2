package io.boathouse.platform.http;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.auth.Credentials;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.Mounted.Answer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request from its head to the end of its reply: find the endpoint, check host and origin,
 * authenticate, take in the body, answer. All of it runs on the request's event loop except
 * authentication that has to wait and the handlers of virtual threads.
 */
final class Exchange {
  private static final Logger log = LoggerFactory.getLogger(Exchange.class);
  private static final Set<String> PROBES =
      Set.of("/health", "/livez", "/readyz", "/ping", "/v2/health/live", "/v2/health/ready");
  private static final int LONGEST_ID = 100;
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private final ServerCore core;
  private final Vertx vertx;
  private final RoutingContext context;
  private final HttpServerRequest request;
  private final Context loop;
  private final String requestId;
  private final Replier replier;
  private final String path;
  private ErrorFormat errors = ErrorFormat.DATABRICKS;
  private Map<String, String> parameters = Map.of();
  private Optional<Credentials> credentials = Optional.empty();
  private volatile @Nullable Caller caller;
  private @Nullable Mounted mounted;

  Exchange(ServerCore core, Vertx vertx, Context loop, RoutingContext context) {
    this.core = core;
    this.vertx = vertx;
    this.context = context;
    this.request = context.request();
    this.loop = loop;
    this.requestId = requestId(request.getHeader("x-request-id"));
    String requestPath = request.path();
    this.path = requestPath == null ? "/" : requestPath;
    this.replier = new Replier(core, vertx, loop, request, requestId);
  }

  /** Starts on a request whose head is complete. */
  void begin() {
    request.pause();
    core.observer.begun();
    replier.whenEnded(Optional::empty);
    guarded(this::route);
  }

  private void route() {
    Optional<RouteTable.Match> match = core.routes.find(path);
    Optional<Mounted> found = match.flatMap(paths -> method().flatMap(paths::method));
    found.ifPresent(
        endpoint -> {
          mounted = endpoint;
          errors = endpoint.errors();
          replier.whenEnded(() -> Optional.of(endpoint.endpoint()));
        });
    if (!PROBES.contains(path)) {
      checkHost();
    }
    if (core.closing()) {
      throw HttpErrors.closing();
    }
    RouteTable.Match paths =
        match.orElseThrow(() -> HttpErrors.noSuchEndpoint(request.method().name(), path));
    Mounted endpoint = found.orElseThrow(() -> methodNotAllowed(paths));
    parameters = paths.parameters(endpoint);
    admit(endpoint);
  }

  private LakeException methodNotAllowed(RouteTable.Match paths) {
    String allowed =
        paths.methods().stream()
            .flatMap(
                method ->
                    method == Endpoint.Method.GET
                        ? java.util.stream.Stream.of("GET", "HEAD")
                        : java.util.stream.Stream.of(method.name()))
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    replier.header("Allow", allowed);
    return HttpErrors.methodNotAllowed(request.method().name(), path, allowed);
  }

  private Optional<Endpoint.Method> method() {
    return switch (request.method().name()) {
      case "GET" -> Optional.of(Endpoint.Method.GET);
      case "HEAD" -> Optional.of(Endpoint.Method.HEAD);
      case "POST" -> Optional.of(Endpoint.Method.POST);
      case "PUT" -> Optional.of(Endpoint.Method.PUT);
      case "PATCH" -> Optional.of(Endpoint.Method.PATCH);
      case "DELETE" -> Optional.of(Endpoint.Method.DELETE);
      default -> Optional.empty();
    };
  }

  private void checkHost() {
    String host = request.authority() == null ? null : request.authority().host();
    if (!core.hosts.allowsHost(host)) {
      throw HttpErrors.foreignHost(String.valueOf(host));
    }
    for (String origin : request.headers().getAll("origin")) {
      if (!core.hosts.allowsOrigin(origin)) {
        throw HttpErrors.foreignOrigin(origin);
      }
    }
  }

  private void admit(Mounted endpoint) {
    boolean open = endpoint.endpoint().permission() instanceof Permission.Open;
    if (open) {
      credentials = lenientCredentials();
      receive(endpoint);
      return;
    }
    credentials =
        Authorization.parse(request.headers().getAll("authorization"))
            .or(() -> SessionCookie.credentials(request));
    Credentials presented = credentials.orElseThrow(HttpErrors::unauthenticated);
    Optional<Caller> known = core.authenticator.cached(presented);
    if (known.isPresent()) {
      caller = admitted(known.get(), endpoint);
      receive(endpoint);
      return;
    }
    core.run(
        () -> {
          try {
            caller = admitted(core.authenticator.authenticate(presented), endpoint);
            loop.runOnContext(go -> guarded(() -> receive(endpoint)));
          } catch (Throwable e) {
            loop.runOnContext(go -> fail(e));
          }
        });
  }

  /** An open endpoint answers whatever stands in the header. */
  private Optional<Credentials> lenientCredentials() {
    try {
      return Authorization.parse(request.headers().getAll("authorization"));
    } catch (LakeException malformed) {
      return Optional.empty();
    }
  }

  private Caller admitted(Caller identity, Mounted endpoint) {
    core.authenticator.admit(identity, endpoint.endpoint().path());
    return inThisRequest(identity);
  }

  private Caller inThisRequest(Caller identity) {
    String agent = request.getHeader("user-agent");
    String named = agent == null ? "" : agent;
    String shown = named.length() > 200 ? named.substring(0, 200) : named;
    return identity.inRequest(
        requestId,
        String.valueOf(request.remoteAddress().hostAddress()),
        CONTROL.matcher(shown).replaceAll(" "));
  }

  private void receive(Mounted endpoint) {
    String encoding = request.getHeader("content-encoding");
    boolean packed = Inflation.needed(encoding);
    HttpLimits limits = core.config.limits();
    long limit = endpoint.upload() ? limits.uploadBytes() : limits.bodyBytes();
    if (declaredLength() > limit) {
      throw HttpErrors.bodyTooLarge(limit);
    }
    if ("100-continue".equalsIgnoreCase(request.getHeader("expect"))) {
      var _ = request.response().writeContinue();
    }
    if (endpoint.upload()) {
      InputStream sent = BodyInput.attach(request, loop, limit, core.config.timeouts().body());
      InputStream body =
          packed && encoding != null ? Inflation.unpacking(encoding, sent, limit) : sent;
      answer(endpoint, Buffer.buffer(), body, () -> {});
      return;
    }
    BodyCollector collector = new BodyCollector(core, request, this::fail);
    collector.collect(
        vertx,
        body ->
            guarded(
                () -> {
                  if (packed && encoding != null) {
                    unpack(endpoint, encoding, collector);
                  } else {
                    answer(endpoint, body, null, collector::release);
                  }
                }));
  }

  private void unpack(Mounted endpoint, String encoding, BodyCollector collector) {
    core.run(
        () -> {
          try {
            Buffer body = Buffer.buffer(collector.unpacked(encoding));
            loop.runOnContext(
                go -> guarded(() -> answer(endpoint, body, null, collector::release)));
          } catch (Throwable e) {
            collector.release();
            loop.runOnContext(go -> fail(e));
          }
        });
  }

  private long declaredLength() {
    String length = request.getHeader("content-length");
    try {
      return length == null ? -1 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      throw HttpErrors.invalidParameter("Content-Length", length, "a whole number");
    }
  }

  private void answer(
      Mounted endpoint, Buffer body, @Nullable InputStream stream, Runnable release) {
    switch (endpoint.answer()) {
      case Answer.OnEventLoop(Api.HotHandler handler) -> {
        release.run();
        ((RoutingContextInternal) context).setBody(body);
        context.pathParams().putAll(parameters);
        replier.defaultHeaders();
        handler.handle(context, requiredCaller());
      }
      case Answer.OnVirtualThread(Handler handler) -> {
        ServerRequest seen = seen(endpoint, body, stream);
        core.run(
            () -> {
              try {
                replier.reply(handler.handle(seen));
              } catch (Throwable e) {
                fail(e);
              } finally {
                release.run();
              }
            });
      }
    }
  }

  private ServerRequest seen(Mounted endpoint, Buffer body, @Nullable InputStream stream) {
    ServerRequest.Head head =
        new ServerRequest.Head(
            requestId,
            origin(),
            method().orElse(endpoint.endpoint().method()),
            path,
            request.query(),
            request.headers(),
            parameters,
            errors,
            endpoint.endpoint().isOurs());
    return new ServerRequest(head, new Supply(stream), body.getBytes());
  }

  private final class Supply implements ServerRequest.Supply {
    private final @Nullable InputStream stream;

    Supply(@Nullable InputStream stream) {
      this.stream = stream;
    }

    @Override
    public Caller caller() {
      Caller known = caller;
      Mounted endpoint = mounted;
      if (known == null && endpoint != null && credentials.isPresent()) {
        known = admitted(core.authenticator.authenticate(credentials.get()), endpoint);
        caller = known;
      }
      return known == null ? requiredCaller() : known;
    }

    @Override
    public Optional<Credentials> credentials() {
      return credentials;
    }

    @Override
    public @Nullable InputStream stream() {
      return stream;
    }
  }

  private Caller requiredCaller() {
    Caller known = caller;
    if (known == null) {
      throw HttpErrors.internal(
          new IllegalStateException("an open endpoint asked for its caller: " + mounted));
    }
    return known;
  }

  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (Throwable e) {
      fail(e);
    }
  }

  /** Answers a failure, from whatever thread. */
  private void fail(Throwable problem) {
    LakeException failure =
        problem instanceof LakeException known ? known : HttpErrors.internal(problem);
    if (failure.code() == ErrorCode.INTERNAL || failure.code() == ErrorCode.OUTCOME_UNKNOWN) {
      log.error("Request {} to {} failed", requestId, named(), problem);
    } else {
      log.debug("Request {} to {} refused: {}", requestId, named(), failure.reason());
    }
    Reply reply = ErrorRenderer.render(errors, failure, requestId);
    if (reply.status() == 401) {
      reply = reply.withHeader("WWW-Authenticate", challenge());
    }
    try {
      replier.reply(reply);
    } catch (IOException e) {
      log.debug("Request {} lost its client", requestId, e);
    }
  }

  private String challenge() {
    Api.Challenge own = core.challenges.get(path);
    if (own == null) {
      return "Bearer realm=\"boathouse\"";
    }
    return own.header(origin());
  }

  private String origin() {
    return request.scheme() + "://" + request.authority();
  }

  private String named() {
    Mounted found = mounted;
    return found == null ? HttpErrors.shorten(path) : found.endpoint().toString();
  }

  /** A client may name its request, in characters that are harmless wherever the id is shown. */
  private static String requestId(@Nullable String sent) {
    boolean sane =
        sent != null
            && !sent.isEmpty()
            && sent.length() <= LONGEST_ID
            && sent.chars()
                .allMatch(
                    c ->
                        (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '-'
                            || c == '_'
                            || c == '.');
    return sent != null && sane ? sent : UUID.randomUUID().toString();
  }
}
