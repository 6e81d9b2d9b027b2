package io.boathouse.platform.http;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;
import static io.boathouse.platform.http.Endpoint.Method.PUT;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Endpoints that show what arrived, for the tests of the server itself. */
final class EchoRoutes implements Routes {
  static final Permission ANYONE = Permission.authenticated("test");

  final CountDownLatch slowStarted = new CountDownLatch(1);

  record Item(
      @JsonProperty("name") String name,
      @JsonProperty("count") long count,
      @JsonProperty("score") double score,
      @JsonProperty("parts") List<Item> parts) {}

  static Endpoint endpoint(Endpoint.Method method, String path, String id) {
    return new Endpoint(method, path, id).requires(ANYONE);
  }

  @Override
  public void mount(Api api) {
    ErrorFormat databricks = ErrorFormat.DATABRICKS;
    api.handle(
        endpoint(GET, "/echo/whoami", "whoami"),
        databricks,
        request ->
            Reply.of(
                Map.of(
                    "principal", request.caller().principal(),
                    "request_id", request.caller().requestId(),
                    "thread", Thread.currentThread().isVirtual(),
                    "user_agent", request.caller().userAgent())));
    api.handle(
        endpoint(GET, "/echo/items/:name", "getItem"),
        databricks,
        request ->
            Reply.of(
                Map.of(
                    "name", request.pathParam("name"),
                    "tags", request.queryAll("tag"),
                    "limit", request.longQuery("limit").orElse(-1L),
                    "flag", request.booleanQuery("flag").orElse(false))));
    api.handle(
        endpoint(DELETE, "/echo/items/:name", "deleteItem"),
        databricks,
        request -> Reply.of(request.json()));
    api.handle(
        endpoint(GET, "/echo/body", "getBody"), databricks, request -> Reply.of(request.json()));
    api.handle(
        endpoint(GET, "/echo/files/*", "getFile"),
        databricks,
        request -> Reply.of(Map.of("rest", request.pathParam("*"))));
    for (ErrorFormat format : ErrorFormat.values()) {
      api.handle(
          endpoint(POST, "/echo/json/" + format.name(), "postJson" + format),
          format,
          request -> Reply.of(request.json()));
    }
    api.handle(
        endpoint(POST, "/echo/item", "postItem"),
        databricks,
        request -> Reply.of(request.json(Item.class)));
    api.handle(
        endpoint(POST, "/echo/fail/:code", "fail"),
        databricks,
        request -> {
          throw new LakeException(
              ErrorCode.valueOf(request.pathParam("code")),
              "SOME_REASON",
              "It failed. Do better.",
              Map.of("field", "x"));
        });
    api.handle(
        endpoint(GET, "/echo/crash", "crash"),
        databricks,
        request -> {
          throw new IllegalStateException("the secret inside");
        });
    api.handle(
        endpoint(GET, "/echo/slow", "slow"),
        databricks,
        request -> {
          slowStarted.countDown();
          pause(Duration.ofMillis(request.longQuery("millis").orElse(500L)));
          return Reply.empty();
        });
    api.handleStream(
        endpoint(PUT, "/echo/upload", "upload"),
        databricks,
        request -> {
          long total = 0;
          try (InputStream in = request.bodyStream()) {
            byte[] buffer = new byte[8_192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
              total += read;
            }
          }
          return Reply.of(Map.of("bytes", total));
        });
    api.handleStream(
        endpoint(PUT, "/echo/refuse", "refuse"),
        databricks,
        request -> {
          throw HttpErrors.invalidParameter("path", "x", "another one");
        });
    api.handle(
        endpoint(GET, "/echo/download/:bytes", "download"),
        databricks,
        request -> {
          long size = request.longPathParam("bytes");
          boolean known = request.booleanQuery("known").orElse(true);
          return Reply.stream(
              "application/octet-stream",
              known ? OptionalLong.of(size) : OptionalLong.empty(),
              out -> {
                byte[] block = new byte[1_000];
                for (long sent = 0; sent < size; sent += block.length) {
                  out.write(block, 0, (int) Math.min(block.length, size - sent));
                }
              });
        });
    api.handle(
        endpoint(GET, "/echo/breaks/:after", "breaks"),
        databricks,
        request -> {
          long size = request.longPathParam("after");
          return Reply.stream(
              "application/octet-stream",
              OptionalLong.empty(),
              out -> {
                out.write(new byte[(int) size]);
                throw new LakeException(ErrorCode.NOT_FOUND, "GONE", "The file is gone.", Map.of());
              });
        });
    api.handleHot(
        endpoint(POST, "/echo/hot/:name", "hot"),
        ErrorFormat.OPEN_INFERENCE,
        (context, caller) -> {
          if (context.body().length() == 3) {
            throw HttpErrors.missingParameter("inputs");
          }
          context
              .response()
              .end(
                  caller.principal()
                      + " "
                      + context.pathParam("name")
                      + " "
                      + context.body().length()
                      + " "
                      + Thread.currentThread().isVirtual());
        });
    api.unsupported(
        endpoint(POST, "/echo/later", "later"), ErrorFormat.UNITY_CATALOG, "Wait for it.");
  }

  static void pause(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }
}
