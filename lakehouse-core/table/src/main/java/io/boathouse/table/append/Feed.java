package io.boathouse.table.append;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.table.type.TableSchema;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A source of rows that are kept elsewhere until they are in their table. */
public interface Feed {
  /** Where the rows go; it is made if it is not there. */
  FullName table();

  /** What no other feed is called; several may have one table. */
  default String id() {
    return table().toString();
  }

  TableSchema schema();

  /**
   * The oldest batch whose number is greater; the same one again until a greater number is asked
   * for.
   *
   * @param after the number of the last batch that the table holds, 0 for none
   */
  Optional<Batch> next(long after);

  /** Who sees which rows; empty for whoever has SELECT on the table, which nobody is given. */
  default Optional<Visibility> visibility() {
    return Optional.empty();
  }

  /**
   * A row filter for a table that everybody may read.
   *
   * @param columns of the table, all of them text, that the condition speaks of by their names
   * @param condition a SQL expression
   */
  record Visibility(List<String> columns, String condition) {
    public Visibility {
      columns = List.copyOf(columns);
    }
  }

  /** Rows in the schema's order, under a number that they keep. */
  record Batch(long number, List<List<@Nullable Object>> rows) {}
}
