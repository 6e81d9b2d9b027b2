package io.boathouse.platform.lease;

import io.boathouse.platform.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/**
 * Leases in the metadata database. Each service instance is one holder; a holder that dies loses
 * its leases when they expire. Thread-safe; every method blocks on the metadata database.
 */
public final class LeaseService {
  private final Database database;
  private final InstantSource clock;
  private final UUID holder = UUID.randomUUID();
  private final LeaseRepository repository = new LeaseRepository();

  /** Creates a holder of leases with a new identity. */
  public LeaseService(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Takes the lease if nobody holds it; empty if somebody does, this very holder included.
   *
   * @param ttl how long the lease lasts unless renewed
   */
  public Optional<Lease> tryAcquire(String name, Duration ttl) {
    Instant now = now();
    Instant until = now.plus(ttl);
    return database.inTransaction(
        handle ->
            repository
                .acquire(handle, name, holder, now, until)
                .map(fence -> new Lease(name, holder, fence, until)));
  }

  /** Extends a lease that is still held; empty if it expired or went to somebody else. */
  public Optional<Lease> renew(Lease lease, Duration ttl) {
    Instant now = now();
    Instant until = now.plus(ttl);
    boolean renewed = database.inTransaction(handle -> repository.renew(handle, lease, now, until));
    return renewed
        ? Optional.of(new Lease(lease.name(), lease.holder(), lease.fence(), until))
        : Optional.empty();
  }

  /** Gives a lease back. @return false if it was lost before */
  public boolean release(Lease lease) {
    return database.inTransaction(handle -> repository.release(handle, lease, now()));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
