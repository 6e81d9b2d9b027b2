package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.TableSchema;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The condition in the scope of one place that reads a table. Rows of the table for which it is not
 * true make no difference there.
 *
 * @param condition of the syntax tree
 * @param alias what the place calls the table
 * @param beside the views that are read in the same scope; empty if columns without a qualifier
 *     could be something else's
 */
public record RowFilter(JsonNode condition, String alias, Optional<List<String>> beside) {
  public RowFilter {
    beside = beside.map(List::copyOf);
  }

  /**
   * The column of the table that a name surely means.
   *
   * @param schemas of the views beside, by name
   */
  Optional<Column> column(
      List<String> names, TableSchema schema, Function<String, Optional<TableSchema>> schemas) {
    String name = names.getLast();
    boolean ours =
        switch (names.size()) {
          case 1 ->
              beside
                  .map(
                      views ->
                          views.stream()
                              .allMatch(
                                  view ->
                                      schemas
                                          .apply(view)
                                          .map(other -> other.column(name).isEmpty())
                                          .orElse(false)))
                  .orElse(false);
          case 2 -> names.getFirst().equalsIgnoreCase(alias);
          default -> false;
        };
    return ours ? schema.column(name) : Optional.empty();
  }
}
