package io.boathouse.catalog.lineage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The catalog_lineage_event table. Joins the transaction of the calling thread. */
final class LineageEventRepository {
  private static final String INSERT =
      """
      INSERT INTO catalog_lineage_event (feed, at, principal, how, entity_type, entity_id,
        entity_run_id, statement_id, source_kind, source_name, source_id, source_version,
        source_column, target_kind, target_name, target_id, target_version, target_column)
      SELECT :feed, at, principal, how, entity_type, entity_id, entity_run_id, statement_id,
        source_kind, source_name, source_id, source_version, source_column, target_kind,
        target_name, target_id, target_version, target_column
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (at timestamptz, principal text,
        how text, entity_type text, entity_id text, entity_run_id text, statement_id text,
        source_kind text, source_name text, source_id uuid, source_version bigint,
        source_column text, target_kind text, target_name text, target_id uuid,
        target_version bigint, target_column text)
      """;
  private static final String FORGET =
      "DELETE FROM catalog_lineage_event WHERE feed = :feed AND batch <= :after";

  /** Of those who ask at once, one makes a batch and the others find it. */
  private static final String HOLD =
      "SELECT pg_advisory_xact_lock(hashtext('catalog_lineage_event'), hashtext(:feed))";

  private static final String NEXT_BATCH =
      "SELECT min(batch) FROM catalog_lineage_event WHERE feed = :feed AND batch > :after";
  private static final String NEW_BATCH =
      """
      UPDATE catalog_lineage_event SET batch = :batch WHERE id IN (
        SELECT id FROM catalog_lineage_event WHERE feed = :feed AND batch IS NULL
        ORDER BY id LIMIT :most)
      """;
  private static final String BATCH =
      """
      SELECT id, at, principal, how, entity_type, entity_id, entity_run_id, statement_id,
        source_kind, source_name, source_id, source_version, source_column, target_kind,
        target_name, target_id, target_version, target_column
      FROM catalog_lineage_event WHERE feed = :feed AND batch = :batch ORDER BY id
      """;

  private final Database database;
  private final String feed;

  /**
   * @param feed TABLE or COLUMN
   */
  LineageEventRepository(Database database, String feed) {
    this.database = database;
    this.feed = feed;
  }

  void insert(List<LineageEvent> events) {
    if (events.isEmpty()) {
      return;
    }
    ArrayNode rows = Json.mapper().createArrayNode();
    events.forEach(event -> rows.add(row(event)));
    database.useTransaction(
        handle ->
            handle
                .createUpdate(INSERT)
                .bind("feed", feed)
                .bind("rows", Json.writeText(rows))
                .execute());
  }

  /** Drops what is in its table by now, up to a batch. */
  void forget(long after) {
    database.useTransaction(
        handle -> handle.createUpdate(FORGET).bind("feed", feed).bind("after", after).execute());
  }

  /** The oldest batch after another one; a new one of what is in none yet; empty if none is. */
  Optional<Long> nextBatch(long after, int most) {
    return database.inTransaction(
        handle -> {
          Object unused =
              handle.createQuery(HOLD).bind("feed", feed).map((row, context) -> "").one();
          @Nullable Long present =
              handle
                  .createQuery(NEXT_BATCH)
                  .bind("feed", feed)
                  .bind("after", after)
                  .map((row, context) -> row.getObject(1, Long.class))
                  .one();
          if (present != null) {
            return Optional.of(present);
          }
          int taken =
              handle
                  .createUpdate(NEW_BATCH)
                  .bind("feed", feed)
                  .bind("batch", after + 1)
                  .bind("most", most)
                  .execute();
          return taken > 0 ? Optional.of(after + 1) : Optional.empty();
        });
  }

  List<LineageEvent> batch(long number) {
    return database.read(
        handle ->
            handle
                .createQuery(BATCH)
                .bind("feed", feed)
                .bind("batch", number)
                .map((row, context) -> event(row))
                .list());
  }

  private static ObjectNode row(LineageEvent event) {
    ObjectNode row =
        Json.mapper()
            .createObjectNode()
            .put("at", event.at().toString())
            .put("principal", event.principal())
            .put("how", event.how());
    event
        .entity()
        .ifPresent(
            entity -> {
              row.put("entity_type", entity.type()).put("entity_id", text(entity.id()));
              entity.runId().ifPresent(id -> row.put("entity_run_id", text(id)));
              entity.statementId().ifPresent(id -> row.put("statement_id", text(id)));
            });
    event.source().ifPresent(end -> put(row, "source_", end));
    event.target().ifPresent(end -> put(row, "target_", end));
    return row;
  }

  private static void put(ObjectNode row, String prefix, LineageEvent.End end) {
    row.put(prefix + "kind", end.node().kind()).put(prefix + "name", text(end.node().name()));
    end.securable().ifPresent(id -> row.put(prefix + "id", id.toString()));
    end.node().version().ifPresent(version -> row.put(prefix + "version", version));
    end.column().ifPresent(column -> row.put(prefix + "column", text(column)));
  }

  /** The database has no place for the character U+0000. */
  private static String text(String value) {
    return value.replace("\0", "");
  }

  private static LineageEvent event(ResultSet row) throws SQLException {
    @Nullable String type = row.getString("entity_type");
    @Nullable String id = row.getString("entity_id");
    return new LineageEvent(
        row.getLong("id"),
        row.getObject("at", OffsetDateTime.class).toInstant(),
        row.getString("principal"),
        row.getString("how"),
        type == null || id == null
            ? Optional.empty()
            : Optional.of(
                new LineageEntity(
                    type,
                    id,
                    Optional.ofNullable(row.getString("entity_run_id")),
                    Optional.ofNullable(row.getString("statement_id")))),
        end(row, "source_"),
        end(row, "target_"));
  }

  private static Optional<LineageEvent.End> end(ResultSet row, String prefix) throws SQLException {
    @Nullable String kind = row.getString(prefix + "kind");
    @Nullable String name = row.getString(prefix + "name");
    if (kind == null || name == null) {
      return Optional.empty();
    }
    return Optional.of(
        new LineageEvent.End(
            new LineageNode(
                kind, name, Optional.ofNullable(row.getObject(prefix + "version", Long.class))),
            Optional.ofNullable(row.getObject(prefix + "id", UUID.class)),
            Optional.ofNullable(row.getString(prefix + "column"))));
  }
}
