package io.boathouse.platform.http;

import java.util.Comparator;
import java.util.List;

/**
 * The list of all endpoints that a server serves, as its documentation and tests enumerate them.
 */
public final class ApiCatalog {
  private final List<Endpoint> endpoints;

  ApiCatalog(List<Endpoint> endpoints) {
    this.endpoints = endpoints;
  }

  /** All endpoints, by path and method. */
  public List<Endpoint> endpoints() {
    return endpoints.stream()
        .sorted(Comparator.comparing(Endpoint::path).thenComparing(Endpoint::method))
        .toList();
  }

  /** What an endpoint requires, in words. */
  public static String words(Permission permission) {
    return switch (permission) {
      case Permission.Undeclared undeclared -> "Undeclared";
      case Permission.Open(String why) -> "Open to everyone: " + why;
      case Permission.Authenticated(String why) -> "Any authenticated principal: " + why;
      case Permission.Administrator administrator -> "Administrators of the metastore";
      case Permission.Privileges(List<String> privileges) -> String.join("; ", privileges);
    };
  }
}
