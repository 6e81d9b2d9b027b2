package io.boathouse.table.write;

import io.boathouse.platform.duckdb.DuckSession;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Opens the sessions in which a change is computed: a new one for every try. */
@FunctionalInterface
public interface Sessions {
  /**
   * What whoever changes rows sees of a table with policies.
   *
   * @param select a query over {@code TargetRows.RAW} that gives the places and columns of the rows
   * @param policyVersion of the policies that it applies
   */
  record Shown(String select, String policyVersion) {}

  /** What {@code TargetRows.VIEW} is to show; everything if there is nothing here. */
  default Optional<Shown> shown() {
    return Optional.empty();
  }

  /**
   * @param readable folders that the session must be able to read, besides what the change's own
   *     SQL reads; that must be there as views
   */
  <T> T open(List<Path> readable, Function<DuckSession, T> work);
}
