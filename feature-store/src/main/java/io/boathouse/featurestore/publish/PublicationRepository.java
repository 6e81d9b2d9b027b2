package io.boathouse.featurestore.publish;

import io.boathouse.featurestore.publish.Publication.Counts;
import io.boathouse.featurestore.publish.Publication.Times;
import io.boathouse.featurestore.publish.PublishTerms.Mode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The featurestore_publication table. Knows SQL and nothing else. */
final class PublicationRepository {
  private static final String UPSERT =
      """
      INSERT INTO featurestore_publication (id, version, known_before, published_at, published_by,
        mode, window_seconds, ttl_seconds, owner_id, synced_at, rows_written, rows_removed,
        problem)
      VALUES (:id, :version, :knownBefore, :published, :by,
        :mode, :window, :ttl, :owner, :synced, :written, :removed, :problem)
      ON CONFLICT (id) DO UPDATE SET version = excluded.version,
        known_before = excluded.known_before, published_at = excluded.published_at,
        published_by = excluded.published_by, mode = excluded.mode,
        window_seconds = excluded.window_seconds, ttl_seconds = excluded.ttl_seconds,
        owner_id = excluded.owner_id, synced_at = excluded.synced_at,
        rows_written = excluded.rows_written, rows_removed = excluded.rows_removed, problem = excluded.problem
      """;
  private static final String SYNCED =
      """
      UPDATE featurestore_publication SET version = :version, synced_at = :synced,
        rows_written = :written, rows_removed = :removed, problem = NULL
      WHERE id = :id
      """;
  private static final String PROBLEM =
      """
      UPDATE featurestore_publication SET problem = :problem WHERE id = :id
      """;
  private static final String DELETE =
      """
      DELETE FROM featurestore_publication WHERE id = :id
      """;
  private static final String SELECT =
      """
      SELECT id, version, known_before, published_at, mode, window_seconds, ttl_seconds, owner_id,
        synced_at, rows_written, rows_removed, problem
      FROM featurestore_publication
      """;

  void upsert(Handle handle, Publication publication, String by) {
    PublishTerms terms = publication.terms();
    handle
        .createUpdate(UPSERT)
        .bind("id", publication.id())
        .bind("version", publication.version())
        .bind("knownBefore", terms.knownBefore().map(PublicationRepository::utc).orElse(null))
        .bind("published", utc(publication.times().published()))
        .bind("by", by)
        .bind("mode", terms.mode().name())
        .bind("window", terms.window().map(Duration::toSeconds).orElse(null))
        .bind("ttl", terms.ttl().map(Duration::toSeconds).orElse(null))
        .bind("owner", publication.owner().orElse(null))
        .bind("synced", utc(publication.times().synced()))
        .bind("written", publication.counts().written())
        .bind("removed", publication.counts().removed())
        .bind("problem", publication.problem().orElse(null))
        .execute();
  }

  void synced(Handle handle, Publication publication) {
    handle
        .createUpdate(SYNCED)
        .bind("id", publication.id())
        .bind("version", publication.version())
        .bind("synced", utc(publication.times().synced()))
        .bind("written", publication.counts().written())
        .bind("removed", publication.counts().removed())
        .execute();
  }

  void problem(Handle handle, UUID id, String problem) {
    handle.createUpdate(PROBLEM).bind("id", id).bind("problem", problem).execute();
  }

  boolean delete(Handle handle, UUID id) {
    return handle.createUpdate(DELETE).bind("id", id).execute() > 0;
  }

  Optional<Publication> find(Handle handle, UUID id) {
    return handle
        .createQuery(SELECT + "WHERE id = :id")
        .bind("id", id)
        .map((row, context) -> publication(row))
        .findOne();
  }

  /** Those that have something to do or to know: they follow, or their rows age. */
  List<Publication> live(Handle handle) {
    return handle
        .createQuery(SELECT + "WHERE mode = 'CONTINUOUS' OR ttl_seconds IS NOT NULL ORDER BY id")
        .map((row, context) -> publication(row))
        .list();
  }

  private static Publication publication(ResultSet row) throws SQLException {
    Instant published = row.getObject("published_at", OffsetDateTime.class).toInstant();
    return new Publication(
        row.getObject("id", UUID.class),
        row.getLong("version"),
        new PublishTerms(
            Mode.valueOf(row.getString("mode")),
            instant(row, "known_before"),
            seconds(row, "window_seconds"),
            seconds(row, "ttl_seconds")),
        Optional.ofNullable(row.getObject("owner_id", UUID.class)),
        new Times(published, instant(row, "synced_at").orElse(published)),
        new Counts(row.getLong("rows_written"), row.getLong("rows_removed")),
        Optional.ofNullable(row.getString("problem")));
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    @Nullable OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return Optional.ofNullable(time).map(OffsetDateTime::toInstant);
  }

  private static Optional<Duration> seconds(ResultSet row, String column) throws SQLException {
    long seconds = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
  }

  private static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }
}
