package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The names of all columns that a query can read, whatever table they are of. More names than it
 * reads do no harm, so every part of every qualified name is one.
 */
final class ReadColumns {
  private final Set<String> names = new HashSet<>();
  private final Set<String> alone = new HashSet<>();
  private final Set<String> tables = new HashSet<>();
  private boolean all;

  private ReadColumns() {}

  /**
   * @param statement a checked one
   * @return in lower case; empty if it reads columns that it does not name: by a star, a natural
   *     join, other names for all columns, or a table as a value
   */
  static Optional<Set<String>> of(JsonNode statement) {
    ReadColumns found = new ReadColumns();
    found.visit(statement);
    boolean wholeRows = found.tables.stream().anyMatch(found.alone::contains);
    return found.all || wholeRows ? Optional.empty() : Optional.of(found.names);
  }

  private void visit(JsonNode node) {
    switch (node.path("class").asText()) {
      case "STAR", "POSITIONAL_REFERENCE" -> all = true;
      case "COLUMN_REF" -> column(node.path("column_names"));
      default -> {}
    }
    switch (node.path("type").asText()) {
      case "JOIN" -> {
        all |= node.path("ref_type").asText().equals("NATURAL");
        node.path("using_columns").forEach(name -> names.add(TreeWalk.canonical(name.asText())));
      }
      case "BASE_TABLE", "SUBQUERY", "TABLE_FUNCTION", "EXPRESSION_LIST" -> {
        all |= !node.path("column_name_alias").isEmpty();
        tables.add(TreeWalk.canonical(node.path("alias").asText()));
      }
      case "PIVOT", "SHOW_REF", "DELIM_GET", "COLUMN_DATA" -> all = true;
      default -> {}
    }
    for (JsonNode child : node) {
      if (child.isContainerNode()) {
        visit(child);
      }
    }
  }

  private void column(JsonNode path) {
    path.forEach(name -> names.add(TreeWalk.canonical(name.asText())));
    if (path.size() == 1) {
      alone.add(TreeWalk.canonical(path.get(0).asText()));
    }
  }
}
