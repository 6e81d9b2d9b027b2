package io.boathouse.server.shell;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.server.client.RestClient;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The names that the caller sees, as the catalog lists them, remembered for half a minute. What
 * cannot be listed has no names.
 */
final class CatalogNames {
  private static final String API = "/api/2.1/unity-catalog/";
  private static final int MOST_PAGES = 20;
  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final RestClient server;
  private final Map<String, Known> known = new HashMap<>();

  private record Known(List<String> names, long at) {}

  CatalogNames(RestClient server) {
    this.server = server;
  }

  List<String> catalogs() {
    return list("catalogs?max_results=500", "catalogs", "name");
  }

  List<String> schemas(String catalog) {
    return list("schemas?max_results=500&catalog_name=" + encoded(catalog), "schemas", "name");
  }

  List<String> tables(String catalog, String schema) {
    return list(
        "tables?max_results=50&omit_columns=true&catalog_name="
            + encoded(catalog)
            + "&schema_name="
            + encoded(schema),
        "tables",
        "name");
  }

  List<String> columns(String table) {
    return list("tables/" + encoded(table), "columns", "name");
  }

  void forget() {
    known.clear();
  }

  private List<String> list(String path, String field, String name) {
    Known found = known.get(path);
    if (found == null || System.nanoTime() - found.at() > KEPT_NANOS) {
      found = new Known(read(path, field, name), System.nanoTime());
      known.put(path, found);
    }
    return found.names();
  }

  private List<String> read(String path, String field, String name) {
    List<String> names = new ArrayList<>();
    String token = "";
    try {
      for (int page = 0; page < MOST_PAGES; page++) {
        String address = API + path + (token.isEmpty() ? "" : "&page_token=" + encoded(token));
        JsonNode reply = server.get(address);
        reply.path(field).forEach(one -> names.add(one.path(name).asText()));
        token = reply.path("next_page_token").asText("");
        if (token.isEmpty()) {
          break;
        }
      }
    } catch (IOException notListed) {
      return names;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return names;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
