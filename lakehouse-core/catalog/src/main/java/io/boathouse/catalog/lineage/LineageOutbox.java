package io.boathouse.catalog.lineage;

import io.boathouse.platform.db.Database;
import java.util.List;
import java.util.Optional;

/**
 * Gives lineage out in numbered batches, each row in exactly one, and forgets what is in its table.
 * For whoever copies it there; asks for no right.
 */
public final class LineageOutbox {
  private final LineageEventRepository repository;

  private LineageOutbox(LineageEventRepository repository) {
    this.repository = repository;
  }

  /** Of things that came from things. */
  public static LineageOutbox ofTables(Database database) {
    return new LineageOutbox(new LineageEventRepository(database, "TABLE"));
  }

  /** Of columns that came from columns. */
  public static LineageOutbox ofColumns(Database database) {
    return new LineageOutbox(new LineageEventRepository(database, "COLUMN"));
  }

  /** Rows under a number that they keep, in the order of their ids. */
  public record Batch(long number, List<LineageEvent> events) {
    public Batch {
      events = List.copyOf(events);
    }
  }

  /**
   * The oldest batch with a greater number; a new one of what is in none yet; empty if there is
   * nothing. Batches up to the number asked for are forgotten.
   *
   * @param most how many rows a new batch may hold
   */
  public Optional<Batch> next(long after, int most) {
    repository.forget(after);
    return repository
        .nextBatch(after, most)
        .map(number -> new Batch(number, repository.batch(number)));
  }
}
