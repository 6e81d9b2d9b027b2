package io.boathouse.e2e.adversarial;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.e2e.adversarial.Matrix.Row;
import io.boathouse.sql.grammar.Statement;
import io.boathouse.sql.grammar.StatementParser;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Holds the rows of the matrix against what the server itself says it offers. */
final class Coverage {
  /** Tools that ask an endpoint, as rows of the matrix do over HTTP. */
  static final String ENDPOINT_TOOL = "query_";

  private static final Pattern TWIN = Pattern.compile("(\\w+?)(Ajax|Account|Unity|Root|V20)");

  private Coverage() {}

  /**
   * What is wrong with the lists.
   *
   * @param endpoints as the server lists them
   * @param asked the line of a row's request, filled
   */
  static List<String> unclassified(JsonNode endpoints, Function<Row, String> asked) {
    Map<String, Pattern> operations = new LinkedHashMap<>();
    for (JsonNode endpoint : endpoints) {
      operations.put(
          endpoint.path("operation_id").asText(),
          Pattern.compile(
              endpoint.path("method").asText()
                  + " "
                  + endpoint
                      .path("path")
                      .asText()
                      .replace(".", "\\.")
                      .replaceAll(":\\w+", "[^/]+")
                      .replace("*", ".+")));
    }
    Set<String> rows = new TreeSet<>();
    for (Row row : Matrix.rows("rest.txt")) {
      String[] line = asked.apply(row).split(" ", 2);
      String request =
          line[0]
              + " "
              + URI.create(line[1].replaceFirst("\\?.*", "").replace(" ", "%20")).getPath();
      operations.forEach(
          (operation, pattern) -> {
            if (pattern.matcher(request).matches()) {
              rows.add(operation);
            }
          });
    }
    return wrong(operations.keySet(), rows, reasons());
  }

  private static List<String> wrong(Set<String> operations, Set<String> rows, Set<String> reasons) {
    List<String> wrong = new ArrayList<>();
    for (String operation : operations) {
      var twin = TWIN.matcher(operation);
      boolean known =
          rows.contains(operation)
              || reasons.contains(operation)
              || (twin.matches()
                  && (rows.contains(twin.group(1)) || reasons.contains(twin.group(1))));
      if (!known) {
        wrong.add(operation + " is neither in rest.txt nor in operations.txt");
      }
    }
    for (String reason : reasons) {
      if (!operations.contains(reason)) {
        wrong.add(reason + " of operations.txt is no operation");
      }
      if (rows.contains(reason)) {
        wrong.add(reason + " has a row and is in operations.txt besides");
      }
    }
    return wrong;
  }

  private static Set<String> reasons() {
    Set<String> reasons = new TreeSet<>();
    for (String line : Matrix.lines("operations.txt")) {
      reasons.addAll(List.of(line.substring(line.indexOf(": ") + 2).split(" ")));
    }
    return reasons;
  }

  /** The kinds of statements that no row has and that are not listed. */
  static List<String> unclassifiedStatements() {
    Set<String> kinds = new TreeSet<>();
    collect(Statement.class, kinds);
    Set<String> known = new TreeSet<>();
    for (Row row : Matrix.rows("sql.txt")) {
      String sql = row.first().replace("{t}", "main.s.t").replaceAll("[{}]", "");
      try {
        known.add(kind(StatementParser.parse(sql).getClass()));
      } catch (RuntimeException refused) {
        known.add("refused");
      }
    }
    for (String line : Matrix.lines("statements.txt")) {
      known.addAll(List.of(line.substring(line.indexOf(": ") + 2).split(" ")));
    }
    List<String> wrong = new ArrayList<>();
    kinds.stream()
        .filter(kind -> !known.contains(kind))
        .forEach(kind -> wrong.add(kind + " is neither in sql.txt nor in statements.txt"));
    return wrong;
  }

  private static void collect(Class<?> type, Set<String> kinds) {
    Class<?>[] nested = type.getPermittedSubclasses();
    if (nested == null) {
      kinds.add(kind(type));
      return;
    }
    for (Class<?> one : nested) {
      collect(one, kinds);
    }
  }

  private static String kind(Class<?> type) {
    return type.getSimpleName();
  }
}
