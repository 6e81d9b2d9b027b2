package io.boathouse.conformance;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Which operations each test class had answered with success, as the server's own metrics count
 * them. What COMPATIBILITY.md claims is compared with this.
 */
final class ProvenOperations implements BeforeAllCallback, AfterAllCallback {
  private static final Pattern COUNTER =
      Pattern.compile(
          "http_server_request_duration_seconds_count\\{http_request_method=\"(\\w+)\","
              + "http_response_status_code=\"2\\d\\d\",http_route=\"([^\"]+)\".*} ([0-9.E]+)");

  /** Test classes that have run, each with its operations as method, blank and path. */
  private static final Map<String, Set<String>> PROVEN = new TreeMap<>();

  private Map<String, Double> before = Map.of();

  /** The operations that each test class of this run has proven so far. */
  static Map<String, Set<String>> soFar() {
    return PROVEN;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    before = counts(OneServer.of(context));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Set<String> proven =
        PROVEN.computeIfAbsent(
            context.getRequiredTestClass().getSimpleName(), name -> new TreeSet<>());
    counts(OneServer.of(context))
        .forEach(
            (operation, count) -> {
              if (count > before.getOrDefault(operation, 0.0)) {
                proven.add(operation);
              }
            });
  }

  private static Map<String, Double> counts(PackagedServer server) {
    Map<String, Double> found = new HashMap<>();
    String metrics = new Http(server).get("/metrics").body();
    metrics
        .lines()
        .map(COUNTER::matcher)
        .filter(Matcher::matches)
        .forEach(
            line ->
                found.merge(
                    line.group(1) + " " + line.group(2),
                    Double.parseDouble(line.group(3)),
                    Double::sum));
    return found;
  }
}
