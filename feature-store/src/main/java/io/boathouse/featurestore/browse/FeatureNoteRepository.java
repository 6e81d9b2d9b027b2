package io.boathouse.featurestore.browse;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The featurestore_note table. Knows SQL and nothing else; the caller owns the transaction. */
final class FeatureNoteRepository {
  private static final String FIND =
      """
      SELECT feature, unit, least, greatest FROM featurestore_note WHERE id = :id ORDER BY feature
      """;
  private static final String UPSERT =
      """
      INSERT INTO featurestore_note (id, feature, unit, least, greatest)
      VALUES (:id, :feature, :unit, :least, :greatest)
      ON CONFLICT (id, feature) DO UPDATE SET unit = excluded.unit, least = excluded.least,
        greatest = excluded.greatest
      """;

  /** What is said of a table's features, by name. */
  Map<String, FeatureNote> find(Handle handle, UUID id) {
    Map<String, FeatureNote> notes = new LinkedHashMap<>();
    handle
        .createQuery(FIND)
        .bind("id", id)
        .map((row, context) -> Map.entry(row.getString("feature"), note(row)))
        .forEach(entry -> notes.put(entry.getKey(), entry.getValue()));
    return notes;
  }

  void upsert(Handle handle, UUID id, String feature, FeatureNote note) {
    handle
        .createUpdate(UPSERT)
        .bind("id", id)
        .bind("feature", feature)
        .bind("unit", note.unit().orElse(null))
        .bind("least", note.least().orElse(null))
        .bind("greatest", note.greatest().orElse(null))
        .execute();
  }

  private static FeatureNote note(ResultSet row) throws SQLException {
    return new FeatureNote(
        Optional.ofNullable(row.getString("unit")),
        Optional.ofNullable(row.getObject("least", Double.class)),
        Optional.ofNullable(row.getObject("greatest", Double.class)));
  }
}
