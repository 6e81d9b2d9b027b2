package io.boathouse.sql.asset;

import java.util.Optional;

/**
 * What people say of a saved query.
 *
 * @param name of any text; another query may have it too
 * @param text the statement, which is not checked before it runs
 * @param warehouse where it is meant to run
 * @param catalog that its names begin in
 * @param schema that its names begin in
 */
public record SavedQueryDetails(
    String name,
    String description,
    String text,
    Optional<String> warehouse,
    Optional<String> catalog,
    Optional<String> schema) {
  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_DESCRIPTION = 4_096;
  private static final int LONGEST_TEXT = 500_000;

  public SavedQueryDetails {
    if (name.isBlank()) {
      throw AssetErrors.badText("display_name", LONGEST_NAME);
    }
    check("display_name", name, LONGEST_NAME);
    check("description", description, LONGEST_DESCRIPTION);
    check("query_text", text, LONGEST_TEXT);
    warehouse.ifPresent(value -> check("warehouse_id", value, LONGEST_NAME));
    catalog.ifPresent(value -> check("catalog", value, LONGEST_NAME));
    schema.ifPresent(value -> check("schema", value, LONGEST_NAME));
  }

  private static void check(String field, String value, int longest) {
    if (value.length() > longest || value.indexOf('\0') >= 0) {
      throw AssetErrors.badText(field, longest);
    }
  }
}
