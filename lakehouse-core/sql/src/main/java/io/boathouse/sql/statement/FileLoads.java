package io.boathouse.sql.statement;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import java.util.List;
import java.util.Map;

/**
 * Loads files into tables, provided by the room of ingestion. Errors are those of that room:
 * INVALID_ARGUMENT, PERMISSION_DENIED, NOT_FOUND.
 */
public interface FileLoads {
  /** Where no room loads files. */
  FileLoads NONE =
      new FileLoads() {
        @Override
        public List<String> files(Caller caller, String path) {
          throw StatementErrors.noFileLoads();
        }

        @Override
        public Loaded load(Caller caller, Load load) {
          throw StatementErrors.noFileLoads();
        }
      };

  /**
   * The files below a folder of a volume, or the file itself, as whole paths in order. Needs READ
   * VOLUME.
   */
  List<String> files(Caller caller, String path);

  /** Loads a file; one that the table has already changes nothing. */
  Loaded load(Caller caller, Load load);

  /**
   * A file for a table.
   *
   * @param format csv, json or parquet
   * @param options by their names in lower case: header, delimiter, quote, nullvalue
   */
  record Load(FullName table, String file, String format, Map<String, String> options) {
    public Load {
      options = Map.copyOf(options);
    }
  }

  /**
   * What a load did.
   *
   * @param already whether the table had the file, so that nothing was written
   */
  record Loaded(boolean already, long written, long rejected) {}
}
