package io.boathouse.platform.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.auth.Credentials;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * One HTTP request as a handler on a virtual thread sees it. Every parse failure is an
 * INVALID_ARGUMENT that names the field and the value.
 */
public interface Request {
  /** The authenticated caller; on an open endpoint without credentials this throws INTERNAL. */
  Caller caller();

  /** What was presented, for endpoints that manage credentials themselves. */
  Optional<Credentials> credentials();

  /** The id that the reply's {@code x-request-id} header carries. */
  String requestId();

  /** How the client addressed the server, such as {@code http://localhost:8080}. */
  String origin();

  Endpoint.Method method();

  /** The raw path, still percent-encoded, without the query. */
  String rawPath();

  /** A path parameter, percent-decoded once. The endpoint's {@code *} is named {@code *}. */
  String pathParam(String name);

  /** A path parameter as a whole number. */
  long longPathParam(String name);

  /** The first value of a query parameter, percent-decoded; empty if absent. */
  Optional<String> query(String name);

  /** All values of a repeated query parameter, in order. */
  List<String> queryAll(String name);

  /** A whole number from the query; empty if absent. */
  Optional<Long> longQuery(String name);

  /** {@code true} or {@code false} from the query; empty if absent. */
  Optional<Boolean> booleanQuery(String name);

  /** The first value of a header; names are case-insensitive. */
  Optional<String> header(String name);

  /** The value of one parameter that is required in the query. */
  default String requiredQuery(String name) {
    return query(name).orElseThrow(() -> HttpErrors.missingParameter(name));
  }

  /**
   * A field of a form that is the body ({@code application/x-www-form-urlencoded}); empty if
   * absent.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if it is there twice, or the
   *     body is no form
   */
  Optional<String> form(String name);

  /** The buffered body; empty for a streamed endpoint. */
  byte[] body();

  /**
   * The body of a streamed endpoint, read with back-pressure; at most the configured upload size.
   */
  InputStream bodyStream();

  /** The length that the client announced for the body. */
  Optional<Long> contentLength();

  /**
   * The body as a JSON value: strict (duplicate keys, trailing text, NaN and depth above the limit
   * are refused). An absent body is the empty object.
   */
  JsonNode json();

  /**
   * The body bound to a record; wrong types name their JSON path. Unknown fields are ignored, as
   * clients of a protocol may send more than we know, but refused by operations of our own.
   */
  <T> T json(Class<T> type);

  /** Refuses a body with fields, for operations of our own that take none. */
  default void requireNoFields() {
    NoFields unused = json(NoFields.class);
  }

  /** A body without fields. */
  record NoFields() {}
}
