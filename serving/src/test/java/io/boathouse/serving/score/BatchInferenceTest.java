package io.boathouse.serving.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.LateEndpoint;
import io.boathouse.serving.TestServing;
import io.boathouse.serving.runtime.OnnxModels;
import io.boathouse.workflow.task.TaskContext;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tables scored from SQL and as runs, by endpoints that answer one by one as well. */
@Timeout(120)
class BatchInferenceTest {
  private static final String SIGNATURE =
      """
      [{"type":"double","name":"late","required":false},\
      {"type":"double","name":"distance","required":true}]\
      """;
  private static final int ROWS = 2500;
  private static final String PATH = "/api/2.0/boathouse/batch-inference";

  @TempDir static Path folder;
  private static TestServing serving;

  @BeforeAll
  static void start() {
    serving = new TestServing(folder);
    run(
        """
        CREATE TABLE trips AS SELECT i AS id, 'p' || (i %% 7) AS plane,
          CASE WHEN i %% 11 = 0 THEN NULL WHEN i %% 13 = 0 THEN CAST('NaN' AS DOUBLE)
            ELSE sin(i) * 1e3 END AS late,
          CAST(i AS DOUBLE) / 3 AS distance FROM range(%d) r(i)
        """
            .formatted(ROWS));
    var version =
        serving.register(
            "delay", TestServing.onnx(OnnxModels.linear(0.25f, 0.1f, -0.7f), SIGNATURE));
    JsonNode endpoint = serving.deploy("delay", "delay", version.number(), "");
    assertThat(endpoint.at("/state/ready").asText()).as("%s", endpoint).isEqualTo("READY");
  }

  @AfterAll
  static void stop() {
    serving.close();
  }

  @Test
  void everyRowIsScoredAsTheEndpointScoresItAlone() {
    run(
        """
        CREATE TABLE by_sql AS SELECT *, ai_query('delay',
          named_struct('late', late, 'distance', distance)) AS prediction FROM trips
        """);
    JsonNode result = execute(UUID.randomUUID(), submission("by_run", "append"));
    assertThat(result.path("rows").asInt()).isEqualTo(ROWS);
    assertThat(result.path("models").toString())
        .isEqualTo("[{\"name\":\"main.default.delay\",\"version\":1}]");
    for (String table : List.of("by_sql", "by_run")) {
      JsonNode rows = table("SELECT id, late, distance, prediction FROM " + table + " ORDER BY id");
      assertThat(rows.size()).isEqualTo(ROWS);
      for (int i = 0; i < ROWS; i += 5) {
        assertThat(bits(rows.get(i).get(3)))
            .as("row %d of %s: %s", i, table, rows.get(i))
            .isEqualTo(bits(alone(rows.get(i))));
      }
    }
    assertThat(serving.query("DESCRIBE TABLE by_sql")).contains("\"prediction\",\"float\"");
    assertThat(serving.query("DESCRIBE TABLE by_run")).contains("\"prediction\",\"float\"");
  }

  private static JsonNode alone(JsonNode row) {
    ObjectNode one = Json.mapper().createObjectNode();
    String late = row.get(1).asText();
    if (row.get(1).isNull() || late.equals("NaN")) {
      one.putNull("late");
    } else {
      one.put("late", Double.parseDouble(late));
    }
    one.put("distance", Double.parseDouble(row.get(2).asText()));
    ObjectNode body = Json.mapper().createObjectNode();
    body.putArray("dataframe_records").add(one);
    HttpResponse<String> answer =
        serving.http().post("/serving-endpoints/delay/invocations", Json.writeText(body));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return TestServer.json(answer).path("predictions").path(0);
  }

  private static int bits(JsonNode cell) {
    assertThat(cell.isMissingNode()).isFalse();
    return Float.floatToIntBits(cell.isNull() ? Float.NaN : Float.parseFloat(cell.asText()));
  }

  @Test
  void featuresAreLookedUpAsForARequest() {
    JsonNode endpoint = LateEndpoint.deploy(serving);
    assertThat(endpoint.at("/state/ready").asText()).as("%s", endpoint).isEqualTo("READY");
    run(
        "CREATE TABLE departures_now AS SELECT * FROM (VALUES ('ATL', 8.0e0), ('ORD', 8.0e0))"
            + " t(origin, distance)");
    String body =
        """
        {"input_table": "main.default.departures_now", "endpoint": "late",
         "output_table": "main.default.late_out", "columns": ["origin"],
         "prediction_column": "p", "idempotency_key": "%s"}
        """
            .formatted(UUID.randomUUID());
    JsonNode unused = execute(UUID.randomUUID(), json(body));
    JsonNode rows = table("SELECT * FROM late_out ORDER BY origin");
    assertThat(rows.get(0).get(0).asText()).isEqualTo("ATL");
    assertThat(Float.parseFloat(rows.get(0).get(1).asText()))
        .isEqualTo((float) 0.1 + 0.5f * 8 + 100f * 7);
    assertThat(bits(rows.get(1).get(1))).isEqualTo(Float.floatToIntBits(Float.NaN));
  }

  @Test
  void datesTextsAndSeveralOutputsGoThrough() {
    var words =
        serving.register(
            "words",
            TestServing.onnx(
                OnnxModels.wordAndCount(),
                """
                [{"type":"string","name":"word","required":true},\
                {"type":"long","name":"count","required":true}]\
                """));
    JsonNode made = serving.deploy("words", "words", words.number(), "");
    assertThat(made.at("/state/ready").asText()).as("%s", made).isEqualTo("READY");
    String said =
        serving.query(
            """
            SELECT a.said, a.next + 1 FROM (SELECT ai_query('words', named_struct(
              'word', concat('é"', chr(10), '\\\\'), 'count', 9007199254740993)) AS a)
            """);
    assertThat(said).contains("é\\\"\\n\\\\").contains("9007199254740995");
    var dated =
        serving.register(
            "dated",
            TestServing.onnx(
                OnnxModels.linear(0, 1),
                "[{\"type\":\"datetime\",\"name\":\"at\",\"required\":true}]"));
    JsonNode endpoint = serving.deploy("dated", "dated", dated.number(), "");
    assertThat(endpoint.at("/state/ready").asText()).as("%s", endpoint).isEqualTo("READY");
    for (String value :
        List.of(
            "TIMESTAMP '1970-01-01 00:00:02'",
            "CAST('1970-01-01 00:00:02' AS TIMESTAMP)",
            "'1970-01-01T01:00:02+01:00'",
            "'1970-01-01T00:00:02Z'",
            "'1970-01-01 00:00:02.000'")) {
      assertThat(serving.query("SELECT ai_query('dated', named_struct('at', %s))".formatted(value)))
          .as(value)
          .contains("2000000.0");
    }
    assertThat(serving.query("SELECT ai_query('dated', DATE '1970-01-02')")).contains("8.64");
  }

  @Test
  void crashesAnywhereLeaveTheRowsOnce() {
    UUID id = UUID.randomUUID();
    JsonNode spec = submission("crashed", "append");
    JsonNode kept = Json.mapper().createObjectNode();
    for (Death death :
        List.of(
            new Death("checkpoint", 1),
            new Death("score", 1),
            new Death("score", 2),
            new Death("checkpoint", 2),
            new Death("score", 3))) {
      Context context = new Context(id, spec, kept, Optional.of(death));
      assertThatThrownBy(() -> serving.module.batchTask().run(context))
          .as("%s", death)
          .hasMessageContaining(death.word());
      kept = context.kept;
      assertThat(serving.query("SHOW TABLES LIKE 'crashed'")).doesNotContain("crashed");
    }
    Context whole = new Context(id, spec, kept, Optional.empty());
    JsonNode first = run(whole);
    run("INSERT INTO trips SELECT 100000, 'late comer', 1.0e0, 1.0e0");
    JsonNode again = run(new Context(id, spec, whole.kept, Optional.empty()));
    run("DELETE FROM trips WHERE id = 100000");
    assertThat(again).as("the commit is there").isEqualTo(first);
    assertThat(count("crashed")).isEqualTo(ROWS);
    assertThat(serving.query("SELECT count(*) FROM crashed WHERE id = 100000")).contains("\"0\"");
    JsonNode other = execute(UUID.randomUUID(), spec);
    assertThat(other.path("output_version").asLong())
        .isGreaterThan(first.path("output_version").asLong());
    assertThat(count("crashed")).isEqualTo(2 * ROWS);
    JsonNode replaced = execute(UUID.randomUUID(), submission("crashed", "overwrite"));
    assertThat(replaced.path("rows").asInt()).isEqualTo(ROWS);
    assertThat(count("crashed")).isEqualTo(ROWS);
  }

  private static int count(String table) {
    return Integer.parseInt(table("SELECT count(*) FROM " + table).get(0).get(0).asText());
  }

  @Test
  void theOutputComesFromTheModelVersionAndTheInputVersion() {
    JsonNode result = execute(UUID.randomUUID(), submission("traced", "append"));
    var edges =
        serving
            .catalog
            .lineage()
            .upstream(
                serving.admin,
                new LineageNode(
                    "TABLE",
                    "main.default.traced",
                    Optional.of(result.path("output_version").asLong())),
                1);
    assertThat(edges.toString())
        .contains("MODEL_VERSION")
        .contains("main.default.delay")
        .contains("main.default.trips");
  }

  @Test
  void onlyWhoMayDoAllPartsMaySubmit() {
    var ann = serving.as("ann@x.org");
    String body = text("anns", "append");
    assertThat(ann.post(PATH, body).statusCode()).isIn(403, 404);
    serving.grant(SecurableType.CATALOG, "main", "ann@x.org", Privilege.USE_CATALOG);
    serving.grant(SecurableType.SCHEMA, "main.default", "ann@x.org", Privilege.USE_SCHEMA);
    serving.grant(SecurableType.TABLE, "main.default.trips", "ann@x.org", Privilege.SELECT);
    assertThat(ann.post(PATH, body).statusCode()).as("no CAN_QUERY").isIn(403, 404);
    serving.grant(SecurableType.SERVING_ENDPOINT, "delay", "ann@x.org", Privilege.CAN_QUERY);
    assertThat(ann.post(PATH, body).statusCode()).as("no CREATE_TABLE").isEqualTo(403);
    serving.grant(SecurableType.SCHEMA, "main.default", "ann@x.org", Privilege.CREATE_TABLE);
    HttpResponse<String> accepted = ann.post(PATH, body);
    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(200);
    assertThat(TestServer.json(accepted).path("run_id").asText()).isNotEmpty();
    String others = text("trips_of_admin", "append");
    run("CREATE TABLE trips_of_admin AS SELECT 1 AS id");
    serving.grant(
        SecurableType.TABLE, "main.default.trips_of_admin", "ann@x.org", Privilege.SELECT);
    assertThat(ann.post(PATH, others).statusCode()).as("no MODIFY").isEqualTo(403);
  }

  @Test
  void whatCannotBeIsRefusedAtOnce() {
    refused("main.default.trips", text("trips", "append"));
    run("CREATE VIEW trips_seen AS SELECT * FROM trips");
    refused(
        "main.default.trips",
        text("trips", "append").replace("main.default.trips\",", "main.default.trips_seen\","));
    refused("mode", text("x", "merge"));
    refused("distance", text("x", "append").replace("SELECT *", "SELECT id"));
    refused("prediction", text("x", "append").replace("SELECT *", "SELECT *, 1 AS prediction"));
    refused("columns", text("x", "append").replace("{", "{\"columns\": [\"nope\"],"));
    refused("input_table", text("x", "append").replace("{", "{\"input_table\": \"a.b.c\","));
    refused("endpoint", text("x", "append").replace("\"endpoint\": \"delay\",", ""));
    refused("nonsense", text("x", "append").replace("{", "{\"nonsense\": 1,"));
    refused("SYNTAX", text("x", "append").replace("SELECT *", "SELECT 1) UNION (SELECT 2"));
  }

  private static void refused(String word, String body) {
    HttpResponse<String> response = serving.http().post(PATH, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body()).contains(word);
  }

  private static String text(String output, String mode) {
    return """
    {"query": "SELECT * FROM main.default.trips", "endpoint": "delay",
     "output_table": "main.default.%s", "mode": "%s"}
    """
        .formatted(output, mode);
  }

  private static JsonNode submission(String output, String mode) {
    return json(text(output, mode));
  }

  private static JsonNode json(String text) {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static ArrayNode table(String select) {
    return (ArrayNode) json(serving.query(select));
  }

  private static JsonNode execute(UUID id, JsonNode spec) {
    return run(new Context(id, spec, Json.mapper().createObjectNode(), Optional.empty()));
  }

  private static JsonNode run(Context context) {
    try {
      return serving.module.batchTask().run(context);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void run(String statement) {
    String unused = serving.query(statement);
  }

  /** When a word is said for the so-manieth time. */
  private record Death(String word, int time) {}

  /** A run that may die. */
  private static final class Context implements TaskContext {
    volatile JsonNode kept;
    private final UUID id;
    private final JsonNode parameters;
    private final JsonNode last;
    private final Optional<Death> death;
    private int said;

    Context(UUID id, JsonNode parameters, JsonNode last, Optional<Death> death) {
      this.id = id;
      this.parameters = parameters;
      this.last = last;
      this.kept = last;
      this.death = death;
    }

    @Override
    public UUID runId() {
      return id;
    }

    @Override
    public Caller caller() {
      return serving.admin;
    }

    @Override
    public JsonNode parameters() {
      return parameters;
    }

    @Override
    public int attempt() {
      return 1;
    }

    @Override
    public JsonNode lastCheckpoint() {
      return last;
    }

    @Override
    public void checkpoint(JsonNode value) {
      dieAt("checkpoint");
      kept = value;
    }

    @Override
    public void progress(String phase, long done, long total) {
      dieAt(phase);
    }

    private synchronized void dieAt(String word) {
      if (death.filter(when -> when.word().equals(word)).isPresent()
          && ++said >= death.get().time()) {
        throw new IllegalStateException(word);
      }
    }
  }
}
