package io.boathouse.table.write;

import io.boathouse.table.delta.CommitNote;
import io.boathouse.table.delta.TransactionId;
import java.util.Map;
import java.util.Optional;

/**
 * How a write is known afterwards.
 *
 * @param operation its name in the table's history, such as {@code INSERT}
 * @param transaction makes a repeated write have one effect
 * @param metadata what else the history shall tell, such as the source
 * @param mergeSchema whether the table gets the columns that the rows have and it lacks
 * @param audited whether the audit tells of it, which would never end where the rows are the audit
 */
public record WriteOptions(
    String operation,
    Optional<TransactionId> transaction,
    Map<String, String> metadata,
    boolean mergeSchema,
    boolean audited) {
  public WriteOptions {
    metadata = Map.copyOf(metadata);
  }

  /** For a table whose schema stays. */
  public WriteOptions(
      String operation, Optional<TransactionId> transaction, Map<String, String> metadata) {
    this(operation, transaction, metadata, false, true);
  }

  public static WriteOptions of(String operation) {
    return new WriteOptions(operation, Optional.empty(), Map.of());
  }

  public WriteOptions once(TransactionId id) {
    return new WriteOptions(operation, Optional.of(id), metadata, mergeSchema, audited);
  }

  /** The table gets the columns that the rows have and it lacks, and wider types if it may. */
  public WriteOptions mergingSchema() {
    return new WriteOptions(operation, transaction, metadata, true, audited);
  }

  /** The audit does not tell of it. */
  public WriteOptions unaudited() {
    return new WriteOptions(operation, transaction, metadata, mergeSchema, false);
  }

  WriteOptions with(Map<String, String> what) {
    return new WriteOptions(operation, transaction, what, mergeSchema, audited);
  }

  CommitNote note() {
    return new CommitNote(operation, metadata, transaction);
  }
}
