package io.boathouse.platform.http;

import static io.boathouse.platform.error.ErrorCode.DEADLINE_EXCEEDED;
import static io.boathouse.platform.error.ErrorCode.INTERNAL;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.PERMISSION_DENIED;
import static io.boathouse.platform.error.ErrorCode.RATE_LIMITED;
import static io.boathouse.platform.error.ErrorCode.TOO_LARGE;
import static io.boathouse.platform.error.ErrorCode.UNAUTHENTICATED;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;
import static io.boathouse.platform.error.ErrorCode.UNSUPPORTED;
import static io.boathouse.platform.error.ErrorCode.UNSUPPORTED_MEDIA_TYPE;

import io.boathouse.platform.error.LakeException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Failures of HTTP requests that are the same in every protocol. */
public final class HttpErrors {
  /** The reason whose status is 405. */
  static final String METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED";

  /** The reason whose status is 408. */
  static final String REQUEST_TIMEOUT = "REQUEST_TIMEOUT";

  private HttpErrors() {}

  /** A required field or parameter is absent. The wording is MLflow's, which clients match. */
  public static LakeException missingParameter(String name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "MISSING_PARAMETER",
        ("Missing value for required parameter '%s'. See the API docs for more information about"
                + " request parameters.")
            .formatted(name),
        Map.of("field", name));
  }

  /** The value of a required field, which may be absent. */
  public static <T> T required(String field, @Nullable T value) {
    if (value == null) {
      throw missingParameter(field);
    }
    return value;
  }

  /** A field or parameter has a value outside its domain. */
  public static LakeException invalidParameter(String name, String value, String expected) {
    String shown = shorten(value);
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_PARAMETER",
        "Invalid value '%s' for parameter '%s' supplied: expected %s."
            .formatted(shown, name, expected),
        Map.of("field", name, "value", shown));
  }

  static LakeException unsupported(Endpoint endpoint, String remedy) {
    return new LakeException(
        UNSUPPORTED,
        "NOT_IMPLEMENTED",
        "%s (%s) is not implemented yet. %s".formatted(endpoint, endpoint.operationId(), remedy),
        Map.of("operation", endpoint.operationId()));
  }

  static LakeException noSuchEndpoint(String method, String path) {
    return new LakeException(
        NOT_FOUND,
        "ENDPOINT_NOT_FOUND",
        "No API found for '%s %s'. See /api/2.0/boathouse/endpoints for what there is."
            .formatted(method, shorten(path)),
        Map.of("path", shorten(path)));
  }

  static LakeException methodNotAllowed(String method, String path, String allowed) {
    return new LakeException(
        INVALID_ARGUMENT,
        METHOD_NOT_ALLOWED,
        "%s is not allowed on '%s'. Allowed: %s.".formatted(method, shorten(path), allowed),
        Map.of("method", method));
  }

  static LakeException unauthenticated() {
    return new LakeException(
        UNAUTHENTICATED,
        "UNAUTHENTICATED",
        "No credentials were sent. Send 'Authorization: Bearer <token>'.",
        Map.of());
  }

  static LakeException malformedCredentials() {
    return new LakeException(
        UNAUTHENTICATED,
        "UNAUTHENTICATED",
        "The Authorization header is not understood. Send one 'Bearer <token>' or 'Basic"
            + " <base64 of user:token>'.",
        Map.of());
  }

  static LakeException foreignHost(String host) {
    return new LakeException(
        PERMISSION_DENIED,
        "FOREIGN_HOST",
        "This server is not '%s'. Address it by a name under server.allowed_hosts."
            .formatted(shorten(host)),
        Map.of("host", shorten(host)));
  }

  static LakeException foreignOrigin(String origin) {
    return new LakeException(
        PERMISSION_DENIED,
        "FOREIGN_ORIGIN",
        "Pages of '%s' may not call this server. Add the origin to server.allowed_origins."
            .formatted(shorten(origin)),
        Map.of("origin", shorten(origin)));
  }

  static LakeException forgeable(String header) {
    return new LakeException(
        PERMISSION_DENIED,
        "FORGEABLE_REQUEST",
        ("A request with a session's cookie that changes something has to say '%s: 1', and none may"
                + " come from another site.")
            .formatted(header),
        Map.of("field", header));
  }

  static LakeException bodyTooLarge(long limit) {
    return new LakeException(
        TOO_LARGE,
        "BODY_TOO_LARGE",
        "The body is larger than the %d bytes accepted here. Send less at once.".formatted(limit),
        Map.of("field", "body", "limit", Long.toString(limit)));
  }

  static LakeException bodyTooSlow() {
    return new LakeException(
        DEADLINE_EXCEEDED,
        REQUEST_TIMEOUT,
        "The body did not arrive in time. Send it faster or in smaller parts.",
        Map.of("field", "body"));
  }

  static LakeException bodyBroken(Throwable cause) {
    return new LakeException(
        INVALID_ARGUMENT,
        "BODY_BROKEN",
        "The body ended early or could not be decoded. Send it again.",
        Map.of("field", "body"),
        cause);
  }

  static LakeException unknownEncoding(String encoding) {
    return new LakeException(
        UNSUPPORTED_MEDIA_TYPE,
        "UNSUPPORTED_CONTENT_ENCODING",
        "Content-Encoding '%s' is not understood. Use gzip, deflate or none."
            .formatted(shorten(encoding)),
        Map.of("field", "Content-Encoding", "value", shorten(encoding)));
  }

  static LakeException notJson(String contentType) {
    return new LakeException(
        INVALID_ARGUMENT,
        "BAD_REQUEST",
        "Bad Request. Content-Type is '%s', but a JSON body needs application/json."
            .formatted(shorten(contentType)),
        Map.of("field", "Content-Type", "value", shorten(contentType)));
  }

  static LakeException busy() {
    return new LakeException(
        RATE_LIMITED,
        "SERVER_BUSY",
        "The server has as many requests in work as it takes. Retry in a second.",
        Map.of());
  }

  static LakeException closing() {
    return new LakeException(
        UNAVAILABLE, "SERVER_CLOSING", "The server is about to stop. Retry in a moment.", Map.of());
  }

  static LakeException internal(Throwable cause) {
    return new LakeException(INTERNAL, "INTERNAL", "The server made a mistake.", Map.of(), cause);
  }

  static String shorten(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() > 200 ? line.substring(0, 200) + "…" : line;
  }
}
