package io.boathouse.platform.http;

import java.util.Locale;

/**
 * One operation of the API as a value: what the server mounts, the documentation lists and the
 * conformance tests enumerate.
 *
 * @param method the HTTP method
 * @param path the path with {@code :name} parameters; a trailing {@code *} takes the rest of the
 *     path as parameter {@code *}
 * @param operationId the operation's name, unique in the server
 * @param permission what the caller needs
 */
public record Endpoint(Method method, String path, String operationId, Permission permission) {

  /** The HTTP methods in use. */
  public enum Method {
    GET,
    HEAD,
    POST,
    PUT,
    PATCH,
    DELETE
  }

  public Endpoint {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path: " + path + " (expected: starts with /)");
    }
    if (operationId.isBlank()) {
      throw new IllegalArgumentException("operationId: blank (expected: a unique name)");
    }
  }

  /**
   * An endpoint whose permission is still to be declared; mounted like this, it stops the start.
   */
  public Endpoint(Method method, String path, String operationId) {
    this(method, path, operationId, new Permission.Undeclared());
  }

  /** This endpoint with its permission declared. */
  public Endpoint requires(Permission declared) {
    return new Endpoint(method, path, operationId, declared);
  }

  /** The same operation under another path, as for the {@code /ajax-api} twins of MLflow. */
  public Endpoint at(String otherPath, String operationIdSuffix) {
    return new Endpoint(method, otherPath, operationId + operationIdSuffix, permission);
  }

  /**
   * Whether the operation is of our own making, not of a protocol that others speak; what its
   * requests hold is known to the last field.
   */
  public boolean isOurs() {
    return path.startsWith("/api/2.0/boathouse/");
  }

  @Override
  public String toString() {
    return method.name().toUpperCase(Locale.ROOT) + " " + path;
  }
}
