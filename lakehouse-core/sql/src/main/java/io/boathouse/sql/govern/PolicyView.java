package io.boathouse.sql.govern;

import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import java.util.List;

/**
 * What stands for a table that has policies.
 *
 * @param raw the name of the view with everything that the table holds, which no query can name
 * @param select the rows and values that the caller may see, out of it
 * @param mappings tables that the policies read besides
 * @param quiet whether the policies can neither fail nor take longer for some rows; only then may
 *     anything of the caller's happen beneath them
 * @param steady whether they show the same whenever they read the same
 */
record PolicyView(
    String raw, String select, List<ViewedTable> mappings, boolean quiet, boolean steady) {
  PolicyView {
    mappings = List.copyOf(mappings);
  }
}
