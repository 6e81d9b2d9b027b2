package io.boathouse.server.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The same question as a tool: asked by one who may, refused to one who may not. */
final class AgentPart {
  private static final String ANALYST = "quickstart-analyst";
  private static final String GUEST = "quickstart-guest";
  private static final String TOOL = "query_" + Flights.ENDPOINT;

  private final Stage stage;

  AgentPart(Stage stage) {
    this.stage = stage;
  }

  /**
   * What the two were told.
   *
   * @param answer of the one with the grant
   * @param denial of the one without
   * @param audited how many rows the audit has of the denial
   */
  record Told(String answer, String denial, long audited) {}

  Told run(Question question) throws IOException, InterruptedException {
    Instant since = stage.clock().instant();
    String may = new People(stage).token(ANALYST);
    String mayNot = new People(stage).token(GUEST);
    new People(stage).grant("serving_endpoint", Flights.ENDPOINT, ANALYST, "CAN_QUERY");
    JsonNode answer = call(may, question);
    JsonNode denial = call(mayNot, question);
    String answered = text(answer);
    String denied = text(denial);
    stage
        .checks()
        .that(
            !answer.path("isError").asBoolean(true) && answered.contains("predictions"),
            "the tool call of the analyst: " + answered);
    stage
        .checks()
        .that(denial.path("isError").asBoolean(false), "the tool call of the guest: " + denied);
    long audited = audited(since);
    stage.checks().that(audited > 0, "the denial is not in the audit");
    stage.narrator().say(ANALYST + ": " + shortened(answered));
    stage.narrator().say(GUEST + ": " + shortened(denied));
    stage.narrator().say("audit rows of the denial: " + audited);
    return new Told(answered, denied, audited);
  }

  private JsonNode call(String token, Question question) throws IOException, InterruptedException {
    return new People(stage).tool(token, TOOL, Map.of("rows", List.of(question.asked())));
  }

  static String text(JsonNode result) {
    JsonNode content = result.at("/content/0/text");
    return content.isMissingNode() ? result.toString() : content.asText();
  }

  private static String shortened(String text) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() > 150 ? line.substring(0, 150) + "…" : line;
  }

  private long audited(Instant since) throws IOException, InterruptedException {
    return stage
        .server()
        .get(
            "/api/2.0/boathouse/audit?principal=%s&decision=DENIED&from=%s".formatted(GUEST, since))
        .path("records")
        .size();
  }
}
