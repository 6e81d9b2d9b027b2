package io.boathouse.catalog.lineage;

import java.util.Optional;

/**
 * The work that read and made something.
 *
 * @param type such as STATEMENT, INGEST, TRAINING_SET, RUN, OPENLINEAGE_JOB
 * @param statementId of the SQL statement, if it was one
 */
public record LineageEntity(
    String type, String id, Optional<String> runId, Optional<String> statementId) {
  /** A SQL statement. */
  public static LineageEntity statement(String id) {
    return new LineageEntity("STATEMENT", id, Optional.empty(), Optional.of(id));
  }
}
