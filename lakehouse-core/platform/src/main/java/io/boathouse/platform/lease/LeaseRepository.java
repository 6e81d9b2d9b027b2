package io.boathouse.platform.lease;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The platform_lease table. Knows SQL and nothing else; the caller owns the transaction. */
final class LeaseRepository {
  private static final String ACQUIRE =
      """
      INSERT INTO platform_lease AS held (name, holder, fence, expires_at)
      VALUES (:name, :holder, 1, :until)
      ON CONFLICT (name) DO UPDATE
        SET holder = excluded.holder, fence = held.fence + 1, expires_at = excluded.expires_at
        WHERE held.expires_at <= :now
      RETURNING fence
      """;
  private static final String RENEW =
      """
      UPDATE platform_lease SET expires_at = :until
      WHERE name = :name AND holder = :holder AND fence = :fence AND expires_at > :now
      """;
  private static final String RELEASE =
      """
      UPDATE platform_lease SET expires_at = :now
      WHERE name = :name AND holder = :holder AND fence = :fence AND expires_at > :now
      """;

  /** Takes the lease if nobody holds it at this time. @return the new fence */
  Optional<Long> acquire(Handle handle, String name, UUID holder, Instant now, Instant until) {
    return handle
        .createQuery(ACQUIRE)
        .bind("name", name)
        .bind("holder", holder)
        .bind("now", at(now))
        .bind("until", at(until))
        .mapTo(Long.class)
        .findOne();
  }

  boolean renew(Handle handle, Lease lease, Instant now, Instant until) {
    return handle
            .createUpdate(RENEW)
            .bind("name", lease.name())
            .bind("holder", lease.holder())
            .bind("fence", lease.fence())
            .bind("now", at(now))
            .bind("until", at(until))
            .execute()
        == 1;
  }

  boolean release(Handle handle, Lease lease, Instant now) {
    return handle
            .createUpdate(RELEASE)
            .bind("name", lease.name())
            .bind("holder", lease.holder())
            .bind("fence", lease.fence())
            .bind("now", at(now))
            .execute()
        == 1;
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
