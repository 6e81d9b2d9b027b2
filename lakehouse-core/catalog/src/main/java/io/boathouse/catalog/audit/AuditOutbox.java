package io.boathouse.catalog.audit;

import io.boathouse.platform.db.Database;
import java.util.List;
import java.util.Optional;

/**
 * Gives the audit out in numbered batches, each record in exactly one, also those of transactions
 * that end late. For whoever copies it elsewhere; asks for no right.
 */
public final class AuditOutbox {
  private final Database database;
  private final AuditRepository repository;

  public AuditOutbox(Database database) {
    this.database = database;
    this.repository = new AuditRepository(database);
  }

  /** Records under a number that they keep, in the order of their ids. */
  public record Batch(long number, List<AuditRecord> records) {
    public Batch {
      records = List.copyOf(records);
    }
  }

  /**
   * The oldest batch with a greater number; a new one of what is in none yet; empty if there is
   * nothing.
   *
   * @param most how many records a new batch may hold
   */
  public Optional<Batch> next(long after, int most) {
    return database.inTransaction(
        () ->
            repository
                .nextBatch(after)
                .or(() -> repository.newBatch(after, most))
                .map(number -> new Batch(number, repository.batch(number))));
  }
}
