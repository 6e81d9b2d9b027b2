package io.boathouse.catalog.identity;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a token may be narrowed to: families of operations by the beginning of their paths. A token
 * without scopes, or with {@code all-apis}, reaches every operation; another one only those of its
 * families and the few that tell a client who it is.
 */
final class TokenScopes {
  static final String ALL = "all-apis";

  private static final Map<String, List<String>> PATHS = new TreeMap<>();
  private static final Set<String> ALWAYS =
      Set.of("/api/2.0/preview/scim/v2/Me", "/api/1.0/unity-control/scim2/Me");

  static {
    PATHS.put("sql", List.of("/api/2.0/sql/"));
    PATHS.put(
        "unity-catalog",
        List.of(
            "/api/2.1/unity-catalog/",
            "/delta/",
            "/iceberg/",
            "/api/2.0/lineage-tracking/",
            "/api/v1/lineage"));
    PATHS.put("files", List.of("/api/2.0/fs/"));
    PATHS.put(
        "mlflow",
        List.of(
            "/api/2.0/mlflow",
            "/api/3.0/mlflow",
            "/ajax-api/",
            "/get-artifact",
            "/model-versions"));
    PATHS.put(
        "model-serving",
        List.of("/serving-endpoints", "/api/2.0/serving-endpoints", "/invocations", "/v2", "/v1/"));
    PATHS.put(
        "access-management",
        List.of(
            "/api/2.0/preview/scim/",
            "/api/1.0/unity-control/",
            "/api/2.0/accounts/",
            "/api/2.0/token",
            "/api/2.0/permissions/"));
    PATHS.put("mcp", List.of("/mcp", "/api/2.0/mcp"));
    PATHS.put("boathouse", List.of("/api/2.0/boathouse/"));
  }

  private TokenScopes() {}

  /** Every word that can be asked for. */
  static Set<String> known() {
    Set<String> known = new TreeSet<>(PATHS.keySet());
    known.add(ALL);
    return known;
  }

  /**
   * What somebody with these scopes may hand on, as it is kept: none for everything. Empty if more
   * is asked than is held.
   *
   * @param held none for everything
   * @param asked none for as much as is held
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT for a word that is no scope
   */
  static Optional<Set<String>> handedOn(Set<String> held, Set<String> asked) {
    for (String scope : asked) {
      if (!known().contains(scope)) {
        throw IdentityErrors.unknownScope(scope, known());
      }
    }
    if (asked.isEmpty()) {
      return Optional.of(held);
    }
    if (held.isEmpty()) {
      return Optional.of(asked.contains(ALL) ? Set.of() : asked);
    }
    return held.containsAll(asked) ? Optional.of(asked) : Optional.empty();
  }

  /** Whether the operation at this path is within the scopes. */
  static boolean reach(Set<String> scopes, String path) {
    if (scopes.isEmpty() || ALWAYS.contains(path)) {
      return true;
    }
    for (String scope : scopes) {
      for (String prefix : PATHS.getOrDefault(scope, List.of())) {
        if (path.startsWith(prefix)) {
          return true;
        }
      }
    }
    return false;
  }
}
