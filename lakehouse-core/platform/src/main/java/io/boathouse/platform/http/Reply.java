package io.boathouse.platform.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The answer to one request.
 *
 * @param status the HTTP status
 * @param headers further headers by name
 * @param body what follows the headers
 */
public record Reply(int status, Map<String, String> headers, Body body) {

  /** The forms a body can take. */
  public sealed interface Body {
    /** Nothing. */
    record Empty() implements Body {}

    /** A value that the platform's mapper turns into JSON. */
    record Json(Object value) implements Body {}

    /** Bytes as they are. */
    record Bytes(String contentType, byte[] content) implements Body {}

    /**
     * Bytes produced while they are sent, on the request's virtual thread, with back-pressure.
     *
     * @param length the exact length in bytes, or empty for a chunked reply
     */
    record Stream(String contentType, OptionalLong length, Writer writer) implements Body {}
  }

  /** Writes a streamed body; must not close the stream. */
  @FunctionalInterface
  public interface Writer {
    void writeTo(OutputStream out) throws IOException;
  }

  public Reply {
    headers = Map.copyOf(headers);
  }

  /** 200 with a JSON body. */
  public static Reply of(Object value) {
    return new Reply(200, Map.of(), new Body.Json(value));
  }

  /** 200 with the empty JSON object. */
  public static Reply empty() {
    return of(Map.of());
  }

  /** 200 with plain text. */
  public static Reply text(String text) {
    return new Reply(
        200,
        Map.of(),
        new Body.Bytes("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8)));
  }

  /** 200 with a streamed body. */
  public static Reply stream(String contentType, OptionalLong length, Writer writer) {
    return new Reply(200, Map.of(), new Body.Stream(contentType, length, writer));
  }

  /** A status without a body, such as 204. */
  public static Reply status(int status) {
    return new Reply(status, Map.of(), new Body.Empty());
  }

  /** The same reply with another status. */
  public Reply withStatus(int newStatus) {
    return new Reply(newStatus, headers, body);
  }

  /** The same reply with one more header. */
  public Reply withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Reply(status, more, body);
  }
}
