package io.boathouse.platform.http;

import io.boathouse.platform.auth.Authenticator;
import io.boathouse.platform.lane.Lanes;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's one port: HTTP/1.1 and HTTP/2, in the clear or TLS. Requests are parsed on the event
 * loops and answered on one virtual thread each, or on the event loop by the named hot paths.
 */
public final class HttpServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpServer.class);
  private static final long START_SECONDS = 30;

  private final HttpConfig config;
  private final Vertx vertx;
  private final int eventLoops;
  private final ServerCore core;
  private final ApiCatalog catalog;
  private final List<io.vertx.core.http.HttpServer> listeners = new CopyOnWriteArrayList<>();
  private int port;

  private HttpServer(HttpConfig config, Lanes lanes, ServerCore core, ApiCatalog catalog) {
    this.config = config;
    this.vertx = lanes.vertx();
    this.eventLoops = lanes.eventLoops();
    this.core = core;
    this.catalog = catalog;
  }

  /**
   * Mounts the routes and listens.
   *
   * @throws IllegalStateException if two endpoints collide or one declares no permission
   * @throws IOException if the port is taken or the address not of this machine
   */
  public static HttpServer start(
      HttpConfig config,
      Lanes lanes,
      Authenticator authenticator,
      List<Routes> routes,
      RequestObserver observer)
      throws IOException {
    ServerApi api = new ServerApi();
    ApiCatalog catalog = new ApiCatalog(api.endpoints());
    List<Routes> all = new ArrayList<>(routes);
    all.add(new ApiCatalogRoutes(catalog));
    all.forEach(group -> group.mount(api));
    ServerCore core = new ServerCore(config, api, authenticator, observer, lanes.virtualThreads());
    HttpServer server = new HttpServer(config, lanes, core, catalog);
    server.listen();
    return server;
  }

  private void listen() throws IOException {
    // All event loops share one socket; a negative port makes them share one that is free, too.
    port = config.port() == 0 ? -1 : config.port();
    deploy(eventLoops);
    port = listeners.get(0).actualPort();
  }

  private void deploy(int instances) throws IOException {
    Future<String> deployed =
        vertx.deployVerticle(Listener::new, new DeploymentOptions().setInstances(instances));
    try {
      deployed.toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(
          "Cannot listen on %s:%d: %s".formatted(config.host(), port, reason(e)), e);
    } catch (TimeoutException e) {
      throw new IOException("Listening on port %d took too long".formatted(port), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while starting to listen", e);
    }
  }

  private static String reason(ExecutionException e) {
    Throwable cause = e.getCause();
    return cause == null ? e.toString() : String.valueOf(cause.getMessage());
  }

  private HttpServerOptions options() {
    HttpLimits limits = config.limits();
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(config.host())
            .setPort(port)
            .setMaxHeaderSize(limits.headerBytes())
            .setMaxInitialLineLength(limits.headerBytes())
            .setHandle100ContinueAutomatically(false)
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setIdleTimeout((int) config.timeouts().header().toMillis())
            .setAcceptBacklog(1_024);
    options.getInitialSettings().setMaxConcurrentStreams(256);
    options.getInitialSettings().setMaxHeaderListSize(limits.headerBytes());
    if (config.tlsCertificate().isPresent() && config.tlsKey().isPresent()) {
      options
          .setSsl(true)
          .setUseAlpn(true)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .setCertPath(config.tlsCertificate().get().toString())
                  .setKeyPath(config.tlsKey().get().toString()));
    }
    return options;
  }

  /** The router would throw on a request that names no host (RFC 9112 section 3.2). */
  private static void refuseNameless(HttpServerRequest request) {
    request
        .response()
        .setStatusCode(400)
        .putHeader("Connection", "close")
        .end(HttpErrors.missingParameter("Host").message())
        .onComplete(sent -> request.connection().close());
  }

  /** The port that is listened on. */
  public int port() {
    return port;
  }

  /** The address under which this machine reaches the server. */
  public URI uri() {
    String scheme = config.tlsCertificate().isPresent() ? "https" : "http";
    boolean any = config.host().equals("0.0.0.0") || config.host().equals("::");
    String host = any ? "127.0.0.1" : config.host();
    return URI.create(
        "%s://%s:%d".formatted(scheme, host.indexOf(':') >= 0 ? "[" + host + "]" : host, port));
  }

  /** Every endpoint of the server. */
  public ApiCatalog catalog() {
    return catalog;
  }

  /**
   * Stops accepting connections, lets the requests in work finish within the drain timeout, then
   * closes what is left.
   */
  @Override
  public void close() {
    core.close();
    long drain = config.timeouts().drain().toMillis();
    List<Future<Void>> closed = new ArrayList<>();
    listeners.forEach(listener -> closed.add(listener.shutdown(drain, TimeUnit.MILLISECONDS)));
    try {
      Future.join(closed)
          .toCompletionStage()
          .toCompletableFuture()
          .get(drain + 5_000, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.warn("Some connections did not close in time", e);
    }
  }

  /** Listens on one event loop. */
  private final class Listener extends AbstractVerticle {
    @Override
    public void start(Promise<Void> started) {
      Context loop = context;
      Router router = Router.router(vertx);
      router.route().handler(request -> new Exchange(core, vertx, loop, request).begin());
      ConnectionGuard guard = new ConnectionGuard(config, vertx);
      io.vertx.core.http.HttpServer server = vertx.createHttpServer(options());
      server
          .connectionHandler(guard::opened)
          .requestHandler(
              request -> {
                guard.requested(request);
                if (request.authority() == null) {
                  refuseNameless(request);
                } else {
                  router.handle(request);
                }
              })
          .exceptionHandler(e -> log.debug("A connection failed before its request", e))
          .listen()
          .onSuccess(listeners::add)
          .<Void>mapEmpty()
          .onComplete(started);
    }
  }
}
