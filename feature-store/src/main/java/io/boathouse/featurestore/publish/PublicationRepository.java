package io.boathouse.featurestore.publish;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The featurestore_publication table. Knows SQL and nothing else. */
final class PublicationRepository {
  private static final String UPSERT =
      """
      INSERT INTO featurestore_publication (id, version, known_before, published_at, published_by)
      VALUES (:id, :version, :knownBefore, :at, :by)
      ON CONFLICT (id) DO UPDATE SET version = excluded.version,
        known_before = excluded.known_before, published_at = excluded.published_at,
        published_by = excluded.published_by
      """;
  private static final String FIND =
      """
      SELECT version, known_before, published_at FROM featurestore_publication WHERE id = :id
      """;

  record Row(long version, Optional<Instant> knownBefore, Instant publishedAt) {}

  void upsert(Handle handle, UUID id, Row row, String by) {
    handle
        .createUpdate(UPSERT)
        .bind("id", id)
        .bind("version", row.version())
        .bind(
            "knownBefore",
            row.knownBefore().map(time -> time.atOffset(ZoneOffset.UTC)).orElse(null))
        .bind("at", row.publishedAt().atOffset(ZoneOffset.UTC))
        .bind("by", by)
        .execute();
  }

  Optional<Row> find(Handle handle, UUID id) {
    return handle
        .createQuery(FIND)
        .bind("id", id)
        .map(
            (row, context) ->
                new Row(
                    row.getLong("version"),
                    Optional.ofNullable(row.getObject("known_before", OffsetDateTime.class))
                        .map(OffsetDateTime::toInstant),
                    row.getObject("published_at", OffsetDateTime.class).toInstant()))
        .findOne();
  }
}
