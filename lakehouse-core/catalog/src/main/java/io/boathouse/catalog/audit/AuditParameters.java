package io.boathouse.catalog.audit;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Makes parameters fit for the audit: no secrets, no control characters, no endless values. */
final class AuditParameters {
  private static final int MAX_VALUE = 1_000;
  private static final int MAX_COUNT = 50;
  private static final Pattern SECRET_NAME =
      Pattern.compile("token|password|passwd|secret|credential|authorization|api_?key|private");
  private static final Pattern SECRET_VALUE =
      Pattern.compile("bh_[A-Za-z0-9_-]{8,}|(?i:bearer\\s+\\S+)|(?i:basic\\s+[a-z0-9+/=]{8,})");

  private AuditParameters() {}

  static Map<String, String> clean(Map<String, String> parameters) {
    Map<String, String> clean = new LinkedHashMap<>();
    parameters.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .limit(MAX_COUNT)
        .forEach(entry -> clean.put(text(entry.getKey()), value(entry.getKey(), entry.getValue())));
    return clean;
  }

  /** One line of printable text of bounded length, with secrets blotted out. */
  static String text(String text) {
    String printable = SECRET_VALUE.matcher(text).replaceAll("***").replaceAll("\\p{Cntrl}", " ");
    return printable.length() > MAX_VALUE ? printable.substring(0, MAX_VALUE) + "…" : printable;
  }

  private static String value(String name, String value) {
    String lower = name.toLowerCase(Locale.ROOT);
    boolean identifier = lower.endsWith("_id");
    return SECRET_NAME.matcher(lower).find() && !identifier ? "***" : text(value);
  }
}
