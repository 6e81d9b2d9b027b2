package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.duckdb.SqlText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * What calls of Spark SQL's functions are in the engine's words, as {@code spark.tsv} tells, or as
 * is built here where it depends on how many arguments there are or what they say. Arguments stand
 * in an expression as columns of the names that {@link #hole} gives.
 */
final class SparkExpressions {
  private static final String HOLE = "bound_hole_";
  private static final Set<String> BUILT =
      Set.of(
          "map",
          "named_struct",
          "elt",
          "decode",
          "concat",
          "format_string",
          "aggregate",
          "reduce",
          "forall",
          "sha2",
          "trunc",
          "datediff",
          "date_diff",
          "timestampdiff",
          "dateadd",
          "date_add",
          "date_sub",
          "timestampadd",
          "date_format",
          "from_unixtime",
          "to_date",
          "to_timestamp",
          "try_to_timestamp",
          "unix_timestamp",
          "to_unix_timestamp");
  private static final Map<String, String> TEMPLATES = read("spark.tsv", true);
  private static final Set<String> TEMPLATED =
      TEMPLATES.keySet().stream()
          .map(key -> key.substring(0, key.indexOf('/')))
          .collect(Collectors.toUnmodifiableSet());
  private static final Map<String, String> HINTS = read("absent.tsv", false);
  private static final Map<String, String> UNITS =
      Map.of(
          "year", "to_years",
          "quarter", "to_quarters",
          "month", "to_months",
          "week", "to_weeks",
          "day", "to_days",
          "hour", "to_hours",
          "minute", "to_minutes",
          "second", "to_seconds");
  private static final Map<String, String> TRUNCATED =
      Map.of(
          "YEAR", "year", "YYYY", "year", "YY", "year", "QUARTER", "quarter", "MONTH", "month",
          "MM", "month", "MON", "month", "WEEK", "week");

  private SparkExpressions() {}

  /** What to use in the place of a function of Spark's that is not there. */
  static Optional<String> hint(String name) {
    return Optional.ofNullable(HINTS.get(TreeWalk.canonical(name)));
  }

  /** Whether some call of a name is known here. */
  static boolean knows(String name) {
    return BUILT.contains(name) || TEMPLATED.contains(name);
  }

  /** The expression for a call; empty for what is no function of Spark's, or is the engine's. */
  static Optional<String> of(String name, List<JsonNode> arguments) {
    int count = arguments.size();
    Optional<String> built =
        switch (name) {
          case "map" -> mapOf(arguments);
          case "named_struct" -> namedStruct(arguments);
          case "elt" ->
              count > 1
                  ? Optional.of("([%s])[%s]".formatted(holes(1, count), hole(0)))
                  : Optional.empty();
          case "decode" -> count > 2 ? Optional.of(decode(count)) : Optional.empty();
          case "concat" -> count > 1 ? Optional.of(joined(count)) : Optional.empty();
          case "format_string" -> Optional.of("printf(" + holes(0, count) + ")");
          case "aggregate", "reduce" ->
              count == 3 && arguments.get(2).path("class").asText().equals("LAMBDA")
                  ? Optional.of("list_reduce(%s, %s, %s)".formatted(hole(0), hole(2), hole(1)))
                  : Optional.empty();
          case "forall" -> count == 2 ? Optional.of(forall()) : Optional.empty();
          case "sha2" -> count == 2 ? sha2(arguments.get(1)) : Optional.empty();
          case "trunc" -> count == 2 ? trunc(arguments.get(1)) : Optional.empty();
          case "date_add", "dateadd", "date_sub" ->
              count == 2
                  ? moved(name.equals("date_sub") ? "-" : "+", arguments.get(1))
                  : withUnit(name, arguments);
          case "datediff", "date_diff", "timestampdiff", "timestampadd" ->
              withUnit(name, arguments);
          case "date_format",
              "from_unixtime",
              "to_date",
              "to_timestamp",
              "try_to_timestamp",
              "to_unix_timestamp",
              "unix_timestamp" ->
              count == 2 ? withPattern(name, arguments.get(1)) : Optional.empty();
          default -> Optional.empty();
        };
    return built.or(
        () ->
            Optional.ofNullable(TEMPLATES.get(name + "/" + count)).map(SparkExpressions::numbered));
  }

  private static String numbered(String template) {
    return template.replaceAll("\\{(\\d)\\}", HOLE + "$1");
  }

  static String hole(int i) {
    return HOLE + i;
  }

  static String holes(int from, int to) {
    StringJoiner all = new StringJoiner(", ");
    for (int i = from; i < to; i++) {
      all.add(hole(i));
    }
    return all.toString();
  }

  /** Not the engine's map of a list of keys and a list of values. */
  private static Optional<String> mapOf(List<JsonNode> arguments) {
    boolean lists =
        arguments.size() == 2
            && (arguments.get(0).path("function_name").asText().equals("list_value")
                || arguments.get(0).path("type").asText().equals("ARRAY_CONSTRUCTOR"));
    return arguments.isEmpty() || arguments.size() % 2 == 1 || lists
        ? Optional.empty()
        : Optional.of(map(arguments.size()));
  }

  private static String joined(int count) {
    StringJoiner all = new StringJoiner(" || ");
    for (int i = 0; i < count; i++) {
      all.add("(" + hole(i) + ")");
    }
    return all.toString();
  }

  /** Days later or earlier; an interval is for the engine's function of the name. */
  private static Optional<String> moved(String sign, JsonNode days) {
    boolean interval =
        days.at("/cast_type").toString().contains("INTERVAL")
            || days.path("function_name").asText().startsWith("to_");
    return interval
        ? Optional.empty()
        : Optional.of("CAST(%s AS DATE) %s CAST(%s AS INTEGER)".formatted(hole(0), sign, hole(1)));
  }

  private static String map(int count) {
    StringJoiner keys = new StringJoiner(", ");
    StringJoiner values = new StringJoiner(", ");
    for (int i = 0; i < count; i += 2) {
      keys.add(hole(i));
      values.add(hole(i + 1));
    }
    return "map([%s], [%s])".formatted(keys, values);
  }

  private static Optional<String> namedStruct(List<JsonNode> arguments) {
    StringJoiner fields = new StringJoiner(", ");
    for (int i = 0; i + 1 < arguments.size(); i += 2) {
      Optional<String> name = text(arguments.get(i));
      if (name.isEmpty()) {
        return Optional.empty();
      }
      fields.add(SqlText.identifier(name.get()) + " := " + hole(i + 1));
    }
    return arguments.isEmpty() || arguments.size() % 2 == 1
        ? Optional.empty()
        : Optional.of("struct_pack(" + fields + ")");
  }

  private static String decode(int count) {
    StringBuilder text = new StringBuilder("CASE");
    for (int i = 1; i + 1 < count; i += 2) {
      text.append(" WHEN ").append(hole(0)).append(" IS NOT DISTINCT FROM ").append(hole(i));
      text.append(" THEN ").append(hole(i + 1));
    }
    return text.append(count % 2 == 0 ? " ELSE " + hole(count - 1) : "").append(" END").toString();
  }

  /** False if one is false, else null if one is null, else true. */
  private static String forall() {
    String tested = "list_transform(%s, %s)".formatted(hole(0), hole(1));
    return """
    CASE WHEN coalesce(list_contains(%1$s, FALSE), FALSE) THEN FALSE
      WHEN len(list_filter(%1$s, lambda bound_v: bound_v IS NULL)) > 0 THEN NULL
      WHEN %2$s IS NULL THEN NULL ELSE TRUE END\
    """
        .formatted(tested, hole(0));
  }

  private static Optional<String> sha2(JsonNode bits) {
    String digits = bits.at("/literal/text").asText();
    return digits.equals("256") || digits.equals("0")
        ? Optional.of("sha256(" + hole(0) + ")")
        : Optional.empty();
  }

  private static Optional<String> trunc(JsonNode unit) {
    return text(unit)
        .map(
            name -> {
              String part = TRUNCATED.get(name.toUpperCase(Locale.ROOT));
              return part == null
                  ? "CAST(NULL AS DATE)"
                  : "CAST(date_trunc('%s', CAST(%s AS DATE)) AS DATE)".formatted(part, hole(0));
            });
  }

  /** Where the first argument is a word and no value. */
  private static Optional<String> withUnit(String name, List<JsonNode> arguments) {
    if (arguments.size() != 3 || name.equals("date_sub")) {
      return Optional.empty();
    }
    JsonNode unit = arguments.getFirst();
    boolean word =
        unit.path("class").asText().equals("COLUMN_REF") && unit.path("column_names").size() == 1;
    String part = TreeWalk.canonical(unit.at("/column_names/0").asText());
    if (!word || !UNITS.containsKey(part)) {
      return Optional.empty();
    }
    return Optional.of(
        name.endsWith("diff")
            ? "date_sub('%s', %s, %s)".formatted(part, hole(1), hole(2))
            : "%s + %s(%s)".formatted(hole(2), UNITS.get(part), hole(1)));
  }

  private static Optional<String> withPattern(String name, JsonNode pattern) {
    Optional<String> written = text(pattern);
    if (written.isEmpty()) {
      throw GovernErrors.patternNotConstant(name);
    }
    String format = SqlText.literal(DatePattern.of(written.get()));
    String template =
        switch (name) {
          case "date_format" -> "strftime(CAST(%s AS TIMESTAMP), %s)";
          case "from_unixtime" -> "strftime(CAST(to_timestamp(%s) AS TIMESTAMP), %s)";
          case "to_unix_timestamp" -> "CAST(floor(epoch(strptime(%s, %s))) AS BIGINT)";
          case "to_date" -> "CAST(strptime(%s, %s) AS DATE)";
          case "to_timestamp" -> "CAST(strptime(%s, %s) AS TIMESTAMP WITH TIME ZONE)";
          case "try_to_timestamp" -> "CAST(try_strptime(%s, %s) AS TIMESTAMP WITH TIME ZONE)";
          default -> "CAST(floor(epoch(strptime(%s, %s))) AS BIGINT)";
        };
    return Optional.of(template.formatted(hole(0), format));
  }

  private static Optional<String> text(JsonNode node) {
    return node.at("/literal/kind").asText().startsWith("STRING")
        ? Optional.of(node.at("/literal/text").asText())
        : Optional.empty();
  }

  private static Map<String, String> read(String resource, boolean counted) {
    Map<String, String> entries = new HashMap<>();
    InputStream in = Objects.requireNonNull(SparkExpressions.class.getResourceAsStream(resource));
    try (var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line : reader.lines().filter(text -> !text.startsWith("#")).toList()) {
        String[] cells = line.split("\t", -1);
        String key = counted ? cells[0] + "/" + cells[1] : cells[0];
        if (entries.put(key, cells[cells.length - 1]) != null) {
          throw new IllegalStateException(resource + ": twice: " + line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.copyOf(entries);
  }
}
