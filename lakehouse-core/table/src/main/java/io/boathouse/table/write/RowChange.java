package io.boathouse.table.write;

import io.boathouse.table.type.Column;
import java.util.List;
import java.util.Optional;

/**
 * A change of rows as trusted SQL, for sessions in which {@code TargetRows.VIEW} shows the table
 * with {@code TargetRows.FILE} and {@code TargetRows.ROW} as the place of each row.
 */
public sealed interface RowChange {

  /** Whether what is done to a row depends on other rows of the table. */
  boolean readsWholeTable();

  /** All rows go, without a look at them. */
  record DeleteAll() implements RowChange {
    @Override
    public boolean readsWholeTable() {
      return false;
    }
  }

  /**
   * Rows go.
   *
   * @param rows gives the places of the rows
   */
  record Delete(String rows, boolean readsWholeTable) implements RowChange {}

  /**
   * Rows get other values.
   *
   * @param rows gives the places of the rows, and all their columns by name
   */
  record Update(String rows, boolean readsWholeTable) implements RowChange {}

  /**
   * Rows go, and others come in their place.
   *
   * @param rows gives the places of the rows that go
   * @param fresh gives the rows that come, with columns by name
   * @param misfits gives those of {@code ChangedRows.FRESH} that do not meet the condition by which
   *     the old rows were chosen; there must be none
   */
  record Replace(String rows, String fresh, String misfits, boolean readsWholeTable)
      implements RowChange {}

  /**
   * Rows change by those of a source, which is evaluated once. The parts read the views and columns
   * that {@code MergedRows} names.
   *
   * @param source gives the rows of the source
   * @param matched gives the place of the target's row and the source's for every pair that meets
   *     the condition, the kind of change or null, and all columns as they shall be
   * @param inserted gives kind and columns of new rows, out of the unmatched source
   * @param unmatched gives place, kind and columns of rows that no row of the source meets
   * @param assigned queries over a pair, one for each clause, that give what the clause sets
   * @param deletesOnly whether all the merge does is delete every matched row
   * @param added columns that the table gets with it, unless it has them
   */
  record Merge(
      String source,
      String matched,
      Optional<String> inserted,
      Optional<String> unmatched,
      List<String> assigned,
      boolean deletesOnly,
      List<Column> added,
      boolean readsWholeTable)
      implements RowChange {
    public Merge {
      assigned = List.copyOf(assigned);
      added = List.copyOf(added);
    }
  }
}
