package io.boathouse.table.delta;

import java.util.Map;
import java.util.Optional;

/**
 * What the history says about a commit.
 *
 * @param operation such as {@code WRITE} or {@code CREATE TABLE AS SELECT}
 * @param parameters what was asked, by name
 * @param transaction makes the commit happen once however often it is tried
 */
public record CommitNote(
    String operation, Map<String, String> parameters, Optional<TransactionId> transaction) {
  public CommitNote {
    parameters = Map.copyOf(parameters);
  }
}
