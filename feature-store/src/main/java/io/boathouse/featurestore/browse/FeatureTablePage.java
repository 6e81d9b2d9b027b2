package io.boathouse.featurestore.browse;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.featurestore.browse.BrowseService.Sample;
import io.boathouse.featurestore.table.FeatureColumn;
import io.boathouse.featurestore.table.FeatureTable;
import io.boathouse.featurestore.table.FeatureTableService;
import io.boathouse.featurestore.table.KnownAt;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.Reply;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A feature table as a page for people, made on the server: no script, no frame, one style sheet
 * that the policy of the page names by its digest, and every word of the table's escaped.
 */
public final class FeatureTablePage {
  private static final int SAMPLE = 10;
  private static final String STYLE =
      "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem}"
          + "table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ccc;"
          + "padding:.3rem .6rem;text-align:left;vertical-align:top}code{font-size:14px}"
          + ".bars{font-family:monospace;letter-spacing:-1px;white-space:nowrap}";
  private static final String BARS = " ▁▂▃▄▅▆▇█";
  private static final String POLICY =
      "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
          .formatted(digest());

  private final BrowseService browse;
  private final FeatureTableService tables;

  public FeatureTablePage(BrowseService browse, FeatureTableService tables) {
    this.browse = browse;
    this.tables = tables;
  }

  /** The page; without SELECT it has neither statistics nor rows. */
  Reply reply(Caller caller, FullName name) {
    FeatureTable table = tables.get(caller, name);
    Optional<Map<String, FeatureProfile>> profiles = Optional.empty();
    Optional<Sample> sample = Optional.empty();
    try {
      profiles = Optional.of(browse.profiles(caller, name));
      sample = Optional.of(browse.sample(caller, name, SAMPLE));
    } catch (LakeException e) {
      if (e.code() != ErrorCode.PERMISSION_DENIED) {
        throw e;
      }
    }
    StringBuilder html = new StringBuilder(8_192);
    head(html, table);
    facts(html, table, profiles);
    features(html, table, browse.notes(caller, name), profiles);
    use(html, browse.use(caller, name));
    sample.ifPresent(rows -> rows(html, rows));
    html.append("</body></html>\n");
    byte[] bytes = html.toString().getBytes(StandardCharsets.UTF_8);
    return new Reply(200, Map.of(), new Reply.Body.Bytes("text/html; charset=utf-8", bytes))
        .withHeader("Content-Security-Policy", POLICY);
  }

  private static void head(StringBuilder html, FeatureTable table) {
    String title = escaped(table.name().toString());
    html.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
        .append(title)
        .append("</title><style>")
        .append(STYLE)
        .append("</style></head><body><h1>")
        .append(title)
        .append("</h1>");
    table
        .securable()
        .comment()
        .ifPresent(comment -> html.append("<p>").append(escaped(comment)).append("</p>"));
  }

  private static void facts(
      StringBuilder html, FeatureTable table, Optional<Map<String, FeatureProfile>> profiles) {
    html.append("<table>");
    fact(html, "Owner", table.securable().owner());
    fact(
        html,
        "Primary key",
        String.join(", ", table.keys().stream().map(k -> k.name() + " " + k.sqlType()).toList()));
    fact(html, "Time", table.shape().eventTime());
    fact(
        html,
        "Known",
        switch (table.shape().knownAt()) {
          case KnownAt.Column(String column) -> "at " + column;
          case KnownAt.Delay(Duration delay) ->
              delay.isZero() ? "at its time" : delay.toSeconds() + " s after its time";
          case KnownAt.Expression(String text) -> "at " + text;
          case KnownAt.CommitTime commit -> "when it was committed";
        });
    Optional<FeatureProfile> any = profiles.flatMap(all -> all.values().stream().findFirst());
    any.ifPresent(
        profile -> {
          fact(html, "Version", Long.toString(profile.version()));
          fact(html, "Rows", "%,d".formatted(profile.rows()));
          profile.newestEvent().ifPresent(time -> fact(html, "Newest", time.toString()));
        });
    html.append("</table>");
  }

  private static void features(
      StringBuilder html,
      FeatureTable table,
      Map<String, FeatureNote> notes,
      Optional<Map<String, FeatureProfile>> profiles) {
    html.append(
        "<h2>Features</h2><table><tr><th>Name</th><th>Type</th><th>Unit</th><th>Description</th>");
    html.append(
        "<th>Expected</th><th>Complete</th><th>Distinct</th><th>Values</th><th>Distribution</th></tr>");
    for (FeatureColumn column : table.features()) {
      html.append("<tr><td><code>").append(escaped(column.name())).append("</code></td>");
      cell(html, column.sqlType());
      FeatureNote note = notes.getOrDefault(column.name(), FeatureNote.NONE);
      cell(html, note.unit().orElse(""));
      cell(html, column.comment().orElse(""));
      Optional<FeatureProfile> profile =
          profiles.flatMap(all -> Optional.ofNullable(all.get(column.name())));
      cell(html, expected(note, profile.flatMap(FeatureProfile::outOfRange)));
      cell(html, profile.map(p -> percent(p.completeness())).orElse(""));
      cell(html, profile.map(p -> "%,d".formatted(p.distinct())).orElse(""));
      cell(html, profile.map(FeatureTablePage::values).orElse(""));
      html.append("<td class=\"bars\">")
          .append(profile.flatMap(FeatureProfile::numbers).map(n -> bars(n.bins())).orElse(""))
          .append("</td></tr>");
    }
    html.append("</table>");
    if (profiles.isEmpty()) {
      html.append("<p>You may not read the rows of this table, so there are no statistics.</p>");
    }
  }

  private static String expected(FeatureNote note, Optional<Long> outOfRange) {
    return note.hasRange()
        ? note.least().map(FeatureTablePage::number).orElse("")
            + " to "
            + note.greatest().map(FeatureTablePage::number).orElse("")
            + outOfRange.map(", %,d rows are not"::formatted).orElse("")
        : "";
  }

  private static String values(FeatureProfile profile) {
    return profile
        .numbers()
        .map(n -> "%s to %s, mean %s".formatted(number(n.min()), number(n.max()), number(n.mean())))
        .orElseGet(
            () ->
                String.join(
                    ", ",
                    profile.common().stream()
                        .limit(5)
                        .map(FeatureProfile.Frequent::value)
                        .toList()));
  }

  private static void use(StringBuilder html, FeatureUse use) {
    html.append("<h2>Lineage</h2><table>");
    fact(html, "Made from", String.join(", ", use.sources()));
    fact(html, "Feature specs", String.join(", ", use.specs()));
    fact(html, "Models", String.join(", ", use.models()));
    fact(html, "Endpoints", String.join(", ", use.endpoints()));
    html.append("</table>");
  }

  private static void rows(StringBuilder html, Sample sample) {
    html.append("<h2>Some rows</h2><table><tr>");
    sample.columns().forEach(c -> html.append("<th>").append(escaped(c)).append("</th>"));
    html.append("</tr>");
    for (List<?> row : sample.rows()) {
      html.append("<tr>");
      row.forEach(value -> cell(html, value == null ? "" : value.toString()));
      html.append("</tr>");
    }
    html.append("</table>");
  }

  private static void fact(StringBuilder html, String name, String value) {
    html.append("<tr><th>").append(name).append("</th>");
    cell(html, value);
    html.append("</tr>");
  }

  private static void cell(StringBuilder html, String value) {
    html.append("<td>").append(escaped(value)).append("</td>");
  }

  private static String bars(List<Long> bins) {
    long most = Math.max(1, bins.stream().mapToLong(Long::longValue).max().orElse(1));
    StringBuilder bars = new StringBuilder();
    for (long bin : bins) {
      int height = (int) Math.ceil((BARS.length() - 1) * (double) bin / most);
      bars.append(BARS.charAt(height));
    }
    return bars.toString();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6g", value);
  }

  /** Text as text of HTML, in elements and in quoted attributes. */
  static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  private static String digest() {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return Base64.getEncoder()
          .encodeToString(sha256.digest(STYLE.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
