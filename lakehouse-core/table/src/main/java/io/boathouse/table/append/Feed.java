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

  TableSchema schema();

  /**
   * The oldest batch whose number is greater; the same one again until a greater number is asked
   * for.
   *
   * @param after the number of the last batch that the table holds, 0 for none
   */
  Optional<Batch> next(long after);

  /** Rows in the schema's order, under a number that they keep. */
  record Batch(long number, List<List<@Nullable Object>> rows) {}
}
