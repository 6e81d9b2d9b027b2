package io.boathouse.catalog.location;

import io.boathouse.platform.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;

/** The table catalog_access_lease; joins the thread's transaction. */
final class AccessLeaseRepository {
  private static final long ROUNDED = Duration.ofMinutes(10).toMillis();

  private final Database database;

  AccessLeaseRepository(Database database) {
    this.database = database;
  }

  /** Notes access to a table, and forgets what of it is over. */
  void note(UUID table, Instant now, Instant until) {
    Instant since = Instant.ofEpochMilli(now.toEpochMilli() / ROUNDED * ROUNDED);
    database.useTransaction(
        handle -> {
          int unusedOver =
              handle
                  .createUpdate(
                      """
                      DELETE FROM catalog_access_lease
                      WHERE securable_id = :table AND until < :now AND since <> :since
                      """)
                  .bind("table", table)
                  .bind("now", at(now))
                  .bind("since", at(since))
                  .execute();
          int unused =
              handle
                  .createUpdate(
                      """
                      INSERT INTO catalog_access_lease (securable_id, since, until)
                      VALUES (:table, :since, :until)
                      ON CONFLICT (securable_id, since)
                      DO UPDATE SET until = GREATEST(catalog_access_lease.until, EXCLUDED.until)
                      """)
                  .bind("table", table)
                  .bind("since", at(since))
                  .bind("until", at(until))
                  .execute();
        });
  }

  /** When the oldest access to a table was issued that is not over. */
  Optional<Instant> heldSince(UUID table, Instant now) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT since FROM catalog_access_lease
                    WHERE securable_id = :table AND until >= :now ORDER BY since LIMIT 1
                    """)
                .bind("table", table)
                .bind("now", at(now))
                .mapTo(OffsetDateTime.class)
                .map(OffsetDateTime::toInstant)
                .findOne());
  }

  private static OffsetDateTime at(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
