package io.boathouse.table.write;

import io.boathouse.platform.duckdb.DuckSession;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Opens the sessions in which a change is computed: a new one for every try. */
@FunctionalInterface
public interface Sessions {
  /**
   * @param readable folders that the session must be able to read, besides what the change's own
   *     SQL reads; that must be there as views
   */
  <T> T open(List<Path> readable, Function<DuckSession, T> work);
}
