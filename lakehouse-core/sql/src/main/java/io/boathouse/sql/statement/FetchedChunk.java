package io.boathouse.sql.statement;

import io.boathouse.sql.statement.StatementResult.Chunk;
import java.io.IOException;
import java.io.OutputStream;

/** A chunk of a result that its reader may have. */
record FetchedChunk(ExecutedStatement statement, StatementResult result, Chunk chunk) {
  ResultForm form() {
    return result.form();
  }

  byte[] content() {
    return spool().read(chunk);
  }

  void writeTo(OutputStream out) throws IOException {
    spool().copy(chunk, out);
  }

  private ResultSpool spool() {
    return statement.spool().orElseThrow(() -> StatementErrors.noResult(statement.state().word()));
  }
}
