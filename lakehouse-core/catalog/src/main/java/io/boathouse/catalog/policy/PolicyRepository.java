package io.boathouse.catalog.policy;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The tables catalog_row_filter and catalog_column_mask; joins the thread's transaction. */
final class PolicyRepository {
  private static final String FIND =
      """
      SELECT NULL AS column_name, function_id, function_name, arguments
        FROM catalog_row_filter WHERE table_id = :table
      UNION ALL
      SELECT column_name, function_id, function_name, arguments
        FROM catalog_column_mask WHERE table_id = :table
      ORDER BY column_name NULLS FIRST
      """;
  private static final String TABLES =
      "SELECT table_id FROM catalog_row_filter UNION SELECT table_id FROM catalog_column_mask";
  private static final String SET_FILTER =
      """
      INSERT INTO catalog_row_filter
        (table_id, function_id, function_name, arguments, set_at, set_by)
      VALUES (:table, :function, :name, :arguments, :at, :by)
      ON CONFLICT (table_id) DO UPDATE SET function_id = excluded.function_id,
        function_name = excluded.function_name, arguments = excluded.arguments,
        set_at = excluded.set_at, set_by = excluded.set_by
      """;
  private static final String SET_MASK =
      """
      INSERT INTO catalog_column_mask
        (table_id, column_name, function_id, function_name, arguments, set_at, set_by)
      VALUES (:table, :column, :function, :name, :arguments, :at, :by)
      """;
  private static final String MOVE_MASKS =
      """
      UPDATE catalog_column_mask SET arguments = array_replace(arguments, :before, :after),
        column_name = CASE column_name WHEN :before THEN :after ELSE column_name END
      WHERE table_id = :table AND :before = ANY(arguments)
      """;
  private static final String MOVE_FILTER =
      """
      UPDATE catalog_row_filter SET arguments = array_replace(arguments, :before, :after)
      WHERE table_id = :table
      """;
  private static final String USES =
      """
      SELECT count(*) FROM (
        SELECT table_id FROM catalog_row_filter WHERE function_id = :function
        UNION
        SELECT table_id FROM catalog_column_mask WHERE function_id = :function
        UNION
        SELECT id FROM catalog_attribute_policy WHERE function_id = :function) AS used
      """;

  private final Database database;

  PolicyRepository(Database database) {
    this.database = database;
  }

  /**
   * One policy as stored.
   *
   * @param column that is masked; empty for the row filter
   */
  record Row(Optional<String> column, PolicyFunction function) {}

  /** Who set a policy, and when. */
  record Setting(Instant at, String by) {}

  /** The row filter first, if there is one. */
  List<Row> find(UUID table) {
    return database.read(
        handle ->
            handle.createQuery(FIND).bind("table", table).map((row, context) -> row(row)).list());
  }

  /** All that have a filter or a mask of their own. */
  List<UUID> tables() {
    return database.read(handle -> handle.createQuery(TABLES).mapTo(UUID.class).list());
  }

  void setFilter(UUID table, PolicyFunction function, Setting setting) {
    database.useTransaction(
        handle -> {
          int unused =
              handle
                  .createUpdate(SET_FILTER)
                  .bind("table", table)
                  .bind("function", function.id())
                  .bind("name", function.name().toString())
                  .bindArray("arguments", String.class, function.arguments())
                  .bind("at", setting.at().atOffset(ZoneOffset.UTC))
                  .bind("by", setting.by())
                  .execute();
        });
  }

  boolean dropFilter(UUID table) {
    return database.inTransaction(
            handle ->
                handle
                    .createUpdate("DELETE FROM catalog_row_filter WHERE table_id = :table")
                    .bind("table", table)
                    .execute())
        > 0;
  }

  void setMask(UUID table, String column, PolicyFunction function, Setting setting) {
    database.useTransaction(
        handle -> {
          boolean unusedBefore = dropMask(table, column);
          int unused =
              handle
                  .createUpdate(SET_MASK)
                  .bind("table", table)
                  .bind("column", column)
                  .bind("function", function.id())
                  .bind("name", function.name().toString())
                  .bindArray("arguments", String.class, function.arguments())
                  .bind("at", setting.at().atOffset(ZoneOffset.UTC))
                  .bind("by", setting.by())
                  .execute();
        });
  }

  boolean dropMask(UUID table, String column) {
    return database.inTransaction(
            handle ->
                handle
                    .createUpdate(
                        """
                        DELETE FROM catalog_column_mask
                        WHERE table_id = :table AND lower(column_name) = lower(:column)
                        """)
                    .bind("table", table)
                    .bind("column", column)
                    .execute())
        > 0;
  }

  /** Lets policies follow a column to its new name. */
  void renamed(UUID table, String before, String after) {
    database.useTransaction(
        handle -> {
          for (String sql : List.of(MOVE_MASKS, MOVE_FILTER)) {
            int unused =
                handle
                    .createUpdate(sql)
                    .bind("table", table)
                    .bind("before", before)
                    .bind("after", after)
                    .execute();
          }
        });
  }

  /** How many tables have a policy of the function. */
  int uses(UUID function) {
    return database.read(
        handle -> handle.createQuery(USES).bind("function", function).mapTo(Integer.class).one());
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        Optional.ofNullable(row.getString("column_name")),
        new PolicyFunction(
            row.getObject("function_id", UUID.class),
            FullName.parse(row.getString("function_name")),
            Arrays.asList((String[]) row.getArray("arguments").getArray())));
  }
}
