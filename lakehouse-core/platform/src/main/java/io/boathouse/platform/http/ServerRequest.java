package io.boathouse.platform.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.auth.Credentials;
import io.boathouse.platform.json.Json;
import io.vertx.core.MultiMap;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request as a handler on a virtual thread sees it; used by one thread at a time. */
final class ServerRequest implements Request {
  private final Head head;
  private final Supply supply;
  private final byte[] body;
  private @Nullable QueryString query;
  private @Nullable QueryString form;
  private @Nullable JsonNode json;

  /**
   * What was in the request's head.
   *
   * @param strict whether the body may hold only what we know
   */
  record Head(
      String requestId,
      String origin,
      Endpoint.Method method,
      String rawPath,
      @Nullable String rawQuery,
      MultiMap headers,
      Map<String, String> pathParameters,
      ErrorFormat errors,
      boolean strict) {}

  /** Where the caller and a streamed body come from. */
  interface Supply {
    Caller caller();

    Optional<Credentials> credentials();

    @Nullable InputStream stream();
  }

  ServerRequest(Head head, Supply supply, byte[] body) {
    this.head = head;
    this.supply = supply;
    this.body = body;
  }

  @Override
  public Caller caller() {
    return supply.caller();
  }

  @Override
  public Optional<Credentials> credentials() {
    return supply.credentials();
  }

  @Override
  public String requestId() {
    return head.requestId();
  }

  @Override
  public String origin() {
    return head.origin();
  }

  @Override
  public Endpoint.Method method() {
    return head.method();
  }

  @Override
  public String rawPath() {
    return head.rawPath();
  }

  @Override
  public String pathParam(String name) {
    String value = head.pathParameters().get(name);
    if (value == null) {
      throw HttpErrors.internal(
          new IllegalArgumentException("path parameter: " + name + " (expected: one in the path)"));
    }
    return value;
  }

  @Override
  public long longPathParam(String name) {
    return whole(name, pathParam(name));
  }

  @Override
  public Optional<String> query(String name) {
    return parameters().all(name).stream().findFirst();
  }

  @Override
  public List<String> queryAll(String name) {
    return List.copyOf(parameters().all(name));
  }

  @Override
  public Optional<Long> longQuery(String name) {
    return query(name).filter(value -> !value.isEmpty()).map(value -> whole(name, value));
  }

  @Override
  public Optional<Boolean> booleanQuery(String name) {
    return query(name)
        .filter(value -> !value.isEmpty())
        .map(
            value ->
                switch (value) {
                  case "true", "True" -> true;
                  case "false", "False" -> false;
                  default -> throw HttpErrors.invalidParameter(name, value, "true or false");
                });
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(head.headers().get(name));
  }

  @Override
  public Optional<String> form(String name) {
    if (form == null) {
      String type = header("content-type").orElse("missing");
      if (!type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded")) {
        throw HttpErrors.invalidParameter(
            "Content-Type", type, "application/x-www-form-urlencoded");
      }
      form = QueryString.of(new String(body, StandardCharsets.UTF_8));
    }
    List<String> values = form.all(name);
    if (values.size() > 1) {
      throw HttpErrors.invalidParameter(name, "two values", "one value");
    }
    return values.stream().findFirst();
  }

  @Override
  public byte[] body() {
    return body;
  }

  @Override
  public InputStream bodyStream() {
    InputStream stream = supply.stream();
    return stream == null ? new ByteArrayInputStream(body) : stream;
  }

  @Override
  public Optional<Long> contentLength() {
    return header("content-length").map(value -> whole("Content-Length", value));
  }

  @Override
  public JsonNode json() {
    if (json == null) {
      if (body.length > 0) {
        requireJsonType();
      }
      JsonNode parsed = Json.parse(body);
      boolean twice = parsed.isTextual() && head.errors() == ErrorFormat.DATABRICKS;
      json = twice ? Json.parse(parsed.textValue()) : parsed;
    }
    return json;
  }

  @Override
  public <T> T json(Class<T> type) {
    return head.strict() ? Json.bindStrict(json(), type) : Json.bind(json(), type);
  }

  private void requireJsonType() {
    String type = head.headers().get("content-type");
    if (type == null) {
      if (head.errors() == ErrorFormat.DATABRICKS) {
        throw HttpErrors.notJson("missing");
      }
      return;
    }
    int end = type.indexOf(';');
    String media = (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    if (!media.equals("application/json") && !media.endsWith("+json")) {
      throw HttpErrors.notJson(type);
    }
  }

  private QueryString parameters() {
    if (query == null) {
      query = QueryString.of(head.rawQuery());
    }
    return query;
  }

  private static long whole(String name, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw HttpErrors.invalidParameter(name, value, "a whole number");
    }
  }
}
