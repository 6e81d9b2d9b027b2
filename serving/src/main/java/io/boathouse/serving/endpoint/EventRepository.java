package io.boathouse.serving.endpoint;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The serving_event table, which keeps the newest of each endpoint. */
final class EventRepository {
  private static final int KEPT = 200;

  void add(Handle handle, UUID endpoint, EndpointEvent event) {
    int unused =
        handle
            .createUpdate(
                """
                INSERT INTO serving_event (endpoint_id, at, type, config_version, message)
                VALUES (:endpoint, :at, :type, :version, :message)
                """)
            .bind("endpoint", endpoint)
            .bind("at", event.at().atOffset(ZoneOffset.UTC))
            .bind("type", event.type().name())
            .bind("version", event.configVersion().orElse(null))
            .bind("message", event.message())
            .execute();
    unused =
        handle
            .createUpdate(
                """
                DELETE FROM serving_event
                WHERE endpoint_id = :endpoint AND id <= (
                  SELECT id FROM serving_event WHERE endpoint_id = :endpoint
                  ORDER BY id DESC OFFSET :kept LIMIT 1)
                """)
            .bind("endpoint", endpoint)
            .bind("kept", KEPT)
            .execute();
  }

  /** All that are kept, the newest first. */
  List<EndpointEvent> list(Handle handle, UUID endpoint) {
    return handle
        .createQuery(
            """
            SELECT at, type, config_version, message FROM serving_event
            WHERE endpoint_id = :endpoint ORDER BY id DESC
            """)
        .bind("endpoint", endpoint)
        .map(
            (row, context) ->
                new EndpointEvent(
                    row.getObject("at", OffsetDateTime.class).toInstant(),
                    EndpointEvent.Type.valueOf(row.getString("type")),
                    Optional.ofNullable(row.getObject("config_version", Integer.class)),
                    row.getString("message")))
        .list();
  }
}
