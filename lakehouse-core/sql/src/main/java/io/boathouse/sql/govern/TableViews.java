package io.boathouse.sql.govern;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Makes the views that stand for the tables of a query: over Delta tables here, over foreign tables
 * where a federation offers them. Blocks on the metadata database and on table logs.
 */
public interface TableViews {
  /**
   * Finds the tables, requires SELECT on each and fixes their versions.
   *
   * @throws LakeException NOT_FOUND or PERMISSION_DENIED as the authorizer says
   */
  Resolved resolve(Caller caller, List<ViewedTable> tables);

  /** Tables at fixed versions, ready to be shown to one session. */
  interface Resolved {
    /** The files and folders that the session must be able to read. */
    List<Path> readable();

    /**
     * Creates the TEMP views, with the caller's row filters and masks inside where there are any.
     */
    void bind(DuckSession session);

    /** How much of each table the session reads. */
    default List<Scan> scans() {
      return List.of();
    }

    /** The failure of a query over the views, naming the file that caused it if one did. */
    default LakeException named(LakeException failure, DuckSession session) {
      return failure;
    }

    /** Whether what the queries see is less than what is read, or read with others' rights. */
    default boolean isLimited() {
      return false;
    }

    /**
     * All that decides what the views show, if it shows the same for ever: which files, and what is
     * made of them.
     */
    default Optional<String> steady() {
      return Optional.empty();
    }

    /** What is read, for lineage and history. */
    List<Input> inputs();
  }

  /**
   * A table at the version that a query reads.
   *
   * @param views the columns that each of its views shows
   */
  record Input(FullName name, OptionalLong version, Map<String, List<String>> views) {
    public Input {
      views = Map.copyOf(views);
    }

    /** One whose columns nobody asks for. */
    public Input(FullName name, OptionalLong version) {
      this(name, version, Map.of());
    }
  }

  /**
   * How much of a table is read.
   *
   * @param rows in those files; -1 if nobody counted them
   * @param pruned files that hold no row the query is after, as the table's log tells
   */
  record Scan(FullName name, long files, long bytes, long pruned, long prunedBytes, long rows) {}
}
