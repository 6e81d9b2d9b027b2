package io.boathouse.table.delta;

import java.util.Optional;

/**
 * Rows of one file that came into a table or left it with one version: all that count, or only
 * some.
 *
 * @param file its deleted rows are left out
 * @param only the positions of the rows that are meant; empty for all that count
 */
public record ChangedFile(Kind kind, DataFile file, Optional<DataFile.DeletedRows> only) {
  /** What happened to the rows. */
  public enum Kind {
    INSERT,
    DELETE,
    /** Every row tells it, in a column of its own. */
    EACH_ROW_TELLS
  }

  static ChangedFile whole(Kind kind, DataFile file) {
    return new ChangedFile(kind, file, Optional.empty());
  }

  static ChangedFile some(Kind kind, DataFile file, DataFile.DeletedRows only) {
    return new ChangedFile(kind, file, Optional.of(only));
  }
}
