package io.boathouse.platform.http;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The paths of all endpoints as a tree of segments, so that finding one takes time by the length of
 * the path and not by the number of endpoints. A literal wins over a parameter, a parameter over
 * the rest of the path. Filled before the server listens, then only read.
 */
final class RouteTable {
  private final Node root = new Node();

  /** What a path leads to. */
  record Match(Map<Endpoint.Method, Mounted> byMethod, List<String> values) {
    Optional<Mounted> method(Endpoint.Method method) {
      Mounted mounted = byMethod.get(method);
      if (mounted == null && method == Endpoint.Method.HEAD) {
        mounted = byMethod.get(Endpoint.Method.GET);
      }
      return Optional.ofNullable(mounted);
    }

    Set<Endpoint.Method> methods() {
      return byMethod.keySet();
    }

    /** The path parameters by name, percent-decoded once. */
    Map<String, String> parameters(Mounted mounted) {
      Map<String, String> parameters = new LinkedHashMap<>();
      for (int i = 0; i < values.size(); i++) {
        String name = mounted.parameters().get(i);
        parameters.put(name, PercentEncoding.decodePath(name, values.get(i)));
      }
      return parameters;
    }
  }

  private static final class Node {
    final Map<String, Node> literals = new HashMap<>();
    final Map<Endpoint.Method, Mounted> mounted = new EnumMap<>(Endpoint.Method.class);
    @Nullable Node parameter;
    @Nullable Node rest;
  }

  /** Adds an endpoint; returns the one that has its method and path already, if any. */
  Optional<Mounted> add(Mounted mounted) {
    Node node = root;
    for (String segment : mounted.endpoint().path().substring(1).split("/", -1)) {
      if (segment.equals("*")) {
        if (node.rest == null) {
          node.rest = new Node();
        }
        node = node.rest;
      } else if (segment.startsWith(":")) {
        if (node.parameter == null) {
          node.parameter = new Node();
        }
        node = node.parameter;
      } else {
        node = node.literals.computeIfAbsent(segment, name -> new Node());
      }
    }
    return Optional.ofNullable(node.mounted.putIfAbsent(mounted.endpoint().method(), mounted));
  }

  /** The names of the parameters in a path pattern, in order. */
  static List<String> parameters(String path) {
    List<String> names = new ArrayList<>();
    for (String segment : path.substring(1).split("/", -1)) {
      if (segment.startsWith(":")) {
        names.add(segment.substring(1));
      } else if (segment.equals("*")) {
        names.add("*");
      }
    }
    return names;
  }

  /** Finds a raw path, still percent-encoded; one slash at its end is forgiven. */
  Optional<Match> find(String rawPath) {
    if (!rawPath.startsWith("/")) {
      return Optional.empty();
    }
    List<String> values = new ArrayList<>();
    Node found = find(root, rawPath, 1, values);
    if (found == null && rawPath.length() > 1 && rawPath.endsWith("/")) {
      values.clear();
      found = find(root, rawPath.substring(0, rawPath.length() - 1), 1, values);
    }
    return found == null ? Optional.empty() : Optional.of(new Match(found.mounted, values));
  }

  private static @Nullable Node find(Node node, String path, int from, List<String> values) {
    int slash = path.indexOf('/', from);
    int end = slash < 0 ? path.length() : slash;
    String segment = path.substring(from, end);
    Node literal = node.literals.get(segment);
    if (literal != null) {
      Node found = further(literal, path, slash, values);
      if (found != null) {
        return found;
      }
    }
    if (node.parameter != null && !segment.isEmpty()) {
      int kept = values.size();
      values.add(segment);
      Node found = further(node.parameter, path, slash, values);
      if (found != null) {
        return found;
      }
      values.subList(kept, values.size()).clear();
    }
    if (node.rest != null) {
      values.add(path.substring(from));
      return node.rest;
    }
    return null;
  }

  private static @Nullable Node further(Node node, String path, int slash, List<String> values) {
    if (slash >= 0) {
      return find(node, path, slash + 1, values);
    }
    return node.mounted.isEmpty() ? null : node;
  }
}
