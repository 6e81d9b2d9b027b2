package io.boathouse.server.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.server.client.SqlClient;
import java.io.IOException;
import java.util.Locale;

/** Walks from a prediction back to the file, and reads the inference table by SQL. */
final class WhyPart {
  private static final String PREDICTIONS = "/api/2.0/boathouse/predictions/";

  private final Stage stage;

  WhyPart(Stage stage) {
    this.stage = stage;
  }

  JsonNode run(String prediction) throws IOException, InterruptedException {
    JsonNode why = stage.server().get(PREDICTIONS + prediction + "/why");
    stage.narrator().say("prediction " + prediction);
    boolean file = false;
    for (JsonNode step : why.path("steps")) {
      stage.narrator().say("  <- " + line(step));
      file |= step.path("type").asText().equals("FILE") && step.toString().contains("dbeb920c90f5");
    }
    stage.checks().that(file, "why does not reach the flights file with its digest");
    SqlClient.Rows logged =
        stage
            .sql()
            .run(
                "SELECT count(*), count(DISTINCT requester), max(execution_duration_ms) FROM "
                    + Flights.PREDICTIONS);
    stage.checks().that(logged.number(0, 0) >= 1000, "the inference table has " + logged.rows());
    stage
        .narrator()
        .say("%,d predictions in %s".formatted(logged.number(0, 0), Flights.PREDICTIONS));
    return why;
  }

  /** A step as one line. */
  static String line(JsonNode step) {
    String version = step.hasNonNull("version") ? " version " + step.path("version").asText() : "";
    String detail = step.path("detail").isEmpty() ? "" : " " + step.path("detail");
    return "%-16s %s%s%s"
        .formatted(
            step.path("type").asText().toLowerCase(Locale.ROOT).replace('_', ' '),
            step.path("name").asText(),
            version,
            detail);
  }
}
