package io.boathouse.platform.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a query, in order, repeated ones kept. */
record QueryString(Map<String, List<String>> values) {
  private static final int MOST = 1_000;

  static QueryString of(@Nullable String raw) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    if (raw != null && !raw.isEmpty()) {
      String[] pairs = raw.split("&", MOST + 1);
      if (pairs.length > MOST) {
        throw HttpErrors.invalidParameter("query", raw, "at most " + MOST + " parameters");
      }
      for (String pair : pairs) {
        if (!pair.isEmpty()) {
          int equals = pair.indexOf('=');
          String name = equals < 0 ? pair : pair.substring(0, equals);
          String value = equals < 0 ? "" : pair.substring(equals + 1);
          String decoded = PercentEncoding.decode("query", name, true);
          values
              .computeIfAbsent(decoded, missing -> new ArrayList<>())
              .add(PercentEncoding.decode(decoded, value, true));
        }
      }
    }
    return new QueryString(values);
  }

  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }
}
