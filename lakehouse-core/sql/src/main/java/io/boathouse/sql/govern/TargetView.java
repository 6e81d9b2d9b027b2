package io.boathouse.sql.govern;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import java.util.List;

/**
 * What a statement that changes rows sees of a table with policies.
 *
 * @param select the places, and the columns as they are shown, of the rows that are shown
 * @param mappings tables that the policies read besides
 * @param quiet whether no failure can be that of a policy
 */
public record TargetView(FullName table, String select, List<ViewedTable> mappings, boolean quiet) {
  public TargetView {
    mappings = List.copyOf(mappings);
  }

  /** The failure of a statement over the view, without the words of a policy that failed. */
  public LakeException named(LakeException failure) {
    return !quiet && failure.reason().equals(ReadTables.VALUE)
        ? GovernErrors.policyFailed(table.toString(), failure)
        : failure;
  }
}
