package io.boathouse.ingest.file;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckSession;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The wall that queries from outside go through, provided by the SQL room. Errors are those of that
 * room: INVALID_ARGUMENT, PERMISSION_DENIED, NOT_FOUND.
 */
public interface SelectGovernor {
  /**
   * Checks a SELECT against the allow-list, and the caller's privileges on every table it names.
   *
   * @param locals names that stand for views of the session: the name as written to the view's
   */
  GovernedSelect govern(Caller caller, String select, Map<String, String> locals);

  /** A governed table. @param version empty if it has none */
  record Input(FullName table, OptionalLong version) {
    /** As the history of tables says it. */
    String text() {
      return table + "@" + version.orElse(0);
    }
  }

  /** A SELECT that may run. */
  interface GovernedSelect {
    /** Trusted SQL for a session in which the views are bound. */
    String sql();

    /** What the session must be able to read for the governed tables. */
    List<Path> readable();

    /** Creates the views of the governed tables. */
    void bind(DuckSession session);

    /** The governed tables at the versions that are read. */
    List<Input> inputs();
  }
}
