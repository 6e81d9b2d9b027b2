package io.boathouse.training.launch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import java.util.Optional;
import java.util.UUID;

/**
 * What is kept durably of an attempt, so that the next one can take its place.
 *
 * @param run the tracking run, one for all attempts
 * @param token the id of the token that the process logs in with
 * @param process how the process can be known again; empty before it is started
 */
record Attempt(Optional<String> run, Optional<UUID> token, ObjectNode process) {
  static final String RUN = "run_id";
  private static final String TOKEN = "token_id";
  private static final String PROCESS = "process";

  static Attempt of(JsonNode checkpoint) {
    return new Attempt(
        Optional.of(checkpoint.path(RUN).asText()).filter(id -> !id.isEmpty()),
        Optional.of(checkpoint.path(TOKEN).asText())
            .filter(id -> !id.isEmpty())
            .map(UUID::fromString),
        checkpoint.path(PROCESS) instanceof ObjectNode process
            ? process
            : Json.mapper().createObjectNode());
  }

  JsonNode checkpoint() {
    ObjectNode checkpoint = Json.mapper().createObjectNode();
    run.ifPresent(id -> checkpoint.put(RUN, id));
    token.ifPresent(id -> checkpoint.put(TOKEN, id.toString()));
    checkpoint.set(PROCESS, process);
    return checkpoint;
  }
}
