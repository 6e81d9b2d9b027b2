package io.boathouse.catalog.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.boathouse.catalog.TestCatalog;
import io.boathouse.catalog.audit.AuditQuery;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.identity.TokenService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineageClient;
import io.openlineage.client.transports.HttpConfig;
import io.openlineage.client.transports.HttpTransport;
import io.openlineage.client.transports.TokenProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lineage that others tell us, that we tell others, and how far anybody sees along it. */
class OpenLineageTest {
  private static final String PATH = "/api/v1/lineage";
  private static TestCatalog catalog;
  private static TestServer admin;
  private static TestServer ann;
  private static String annToken;

  @BeforeAll
  static void open() {
    catalog = new TestCatalog();
    List<Routes> routes = new ArrayList<>(catalog.module.routes());
    routes.add(catalog.module.lineages().openLineage("boathouse"));
    TestServer server = TestServer.start(catalog.module.authenticator(), routes);
    admin = server.as(catalog.module.bootstrap().administratorToken(""));
    Caller caller = catalog.user("ann");
    annToken =
        catalog.module.tokens().create(caller, "test", TokenService.DEFAULT_LIFETIME).value();
    ann = server.as(annToken);
    for (String table : List.of("raw", "mid", "top", "closed", "sent")) {
      catalog.create(catalog.admin, SecurableType.TABLE, "main.default." + table);
    }
    catalog.grant(SecurableType.CATALOG, "main", "ann", Privilege.USE_CATALOG);
    catalog.grant(SecurableType.SCHEMA, "main.default", "ann", Privilege.USE_SCHEMA);
    catalog.grant(SecurableType.TABLE, "main.default.raw", "ann", Privilege.SELECT);
    catalog.grant(SecurableType.TABLE, "main.default.mid", "ann", Privilege.MODIFY);
  }

  @AfterAll
  static void close() {
    admin.close();
    catalog.close();
  }

  @Test
  void eventsOfTheOfficialClientBecomeEdgesOfTablesAndColumns() throws Exception {
    HttpConfig config = new HttpConfig();
    config.setUrl(admin.uri(""));
    TokenProvider token = () -> "Bearer " + annToken;
    config.setAuth(token);
    UUID run = UUID.randomUUID();
    try (OpenLineageClient client =
        OpenLineageClient.builder().transport(new HttpTransport(config)).build()) {
      var lineage = new OpenLineage(URI.create("https://example.org/etl"));
      client.emit(event(lineage, OpenLineage.RunEvent.EventType.START, run, "raw", "mid"));
      assertThat(tables("mid", "upstream", 5)).isEmpty();
      client.emit(event(lineage, OpenLineage.RunEvent.EventType.COMPLETE, run, "raw", "mid"));
      assertThatThrownBy(
              () ->
                  client.emit(
                      event(lineage, OpenLineage.RunEvent.EventType.COMPLETE, run, "mid", "raw")))
          .hasMessageContaining("403");
    }
    assertThat(tables("mid", "upstream", 5)).containsExactly("main.default.raw>main.default.mid");
    assertThat(tables("raw", "upstream", 5)).isEmpty();
    assertThat(
            catalog
                .module
                .audit()
                .search(catalog.admin, AuditQuery.newest(50).ofAction("CLAIM_LINEAGE"))
                .items())
        .singleElement()
        .satisfies(
            claim ->
                assertThat(claim.parameters())
                    .containsEntry("run", run.toString())
                    .containsEntry("sources", "main.default.raw")
                    .containsEntry("target", "main.default.mid"));
    JsonNode column =
        ok(
            admin.get(
                "/api/2.0/lineage-tracking/column-lineage?table_name=main.default.mid&column_name=total"));
    assertThat(column.at("/upstream_cols/0/name").asText()).isEqualTo("pay");
    assertThat(column.at("/upstream_cols/0/table_name").asText()).isEqualTo("raw");
  }

  private static OpenLineage.RunEvent event(
      OpenLineage lineage,
      OpenLineage.RunEvent.EventType type,
      UUID run,
      String input,
      String output) {
    var fields =
        lineage
            .newColumnLineageDatasetFacetFieldsBuilder()
            .put(
                "total",
                lineage
                    .newColumnLineageDatasetFacetFieldsAdditionalBuilder()
                    .inputFields(
                        List.of(
                            lineage
                                .newInputFieldBuilder()
                                .namespace("boathouse")
                                .name("main.default." + input)
                                .field("pay")
                                .build()))
                    .build())
            .build();
    return lineage
        .newRunEventBuilder()
        .eventType(type)
        .eventTime(ZonedDateTime.now(ZoneOffset.UTC))
        .run(lineage.newRunBuilder().runId(run).build())
        .job(lineage.newJobBuilder().namespace("airflow").name("nightly").build())
        .inputs(
            List.of(
                lineage
                    .newInputDatasetBuilder()
                    .namespace("boathouse")
                    .name("main.default." + input)
                    .build()))
        .outputs(
            List.of(
                lineage
                    .newOutputDatasetBuilder()
                    .namespace("boathouse")
                    .name("main.default." + output)
                    .facets(
                        lineage
                            .newDatasetFacetsBuilder()
                            .columnLineage(
                                lineage
                                    .newColumnLineageDatasetFacetBuilder()
                                    .fields(fields)
                                    .build())
                            .build())
                    .build()))
        .build();
  }

  /** Fails when OpenLineageService.node asks for no privilege. */
  @Test
  void case19_nobodyClaimsWhatTheyMayNotDo() {
    assertThat(ann.post(PATH, event("raw", "raw")).statusCode()).isEqualTo(403);
    assertThat(ann.post(PATH, event("mid", "mid")).statusCode()).isEqualTo(403);
    HttpResponse<String> hidden = ann.post(PATH, event("raw", "closed"));
    HttpResponse<String> absent = ann.post(PATH, event("raw", "absent"));
    assertThat(hidden.statusCode()).isEqualTo(404);
    assertThat(hidden.body().replace("closed", "absent")).isEqualTo(absent.body());
    assertThat(tables("closed", "upstream", 5)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /eventTime | yesterday | eventTime
          /producer | nobody | producer
          /schemaURL | 7 | schemaURL
          /run/runId | 12 | run.runId
          /eventType | DONE | eventType
          /job/name | | job.name
          /inputs/0/namespace | | inputs[0].namespace
          /outputs/0/name | | outputs[0].name
          /inputs/0/facets | x | inputs[0].facets
          /run | | run
          """)
  void eventsThatTheSchemaRefusesAreRefused(String path, String value, String named) {
    ObjectNode event = (ObjectNode) Json.parse(event("raw", "mid"));
    int slash = path.lastIndexOf('/');
    ObjectNode parent = (ObjectNode) event.at(path.substring(0, slash));
    String field = path.substring(slash + 1);
    if (value == null) {
      parent.set(field, Json.mapper().getNodeFactory().nullNode());
    } else {
      parent.put(field, value);
    }
    HttpResponse<String> reply = admin.post(PATH, Json.writeText(event));
    assertThat(reply.statusCode()).isEqualTo(400);
    assertThat(reply.body()).contains(named, "INVALID_PARAMETER_VALUE");
  }

  @Test
  void hiddenTablesNeitherAppearNorConnect() {
    record("raw", "closed");
    record("closed", "top");
    catalog.grant(SecurableType.TABLE, "main.default.top", "ann", Privilege.BROWSE);
    assertThat(tables("top", "upstream", 5))
        .containsExactly(
            "main.default.closed>main.default.top", "main.default.raw>main.default.closed");
    assertThat(tables("top", "upstream", 1)).hasSize(1);
    String path = "/api/2.0/boathouse/lineage/tables?table_name=main.default.";
    assertThat(ok(ann.get(path + "top&direction=upstream")).path("edges")).isEmpty();
    assertThat(ok(ann.get(path + "raw&direction=downstream")).toString()).doesNotContain("closed");
    assertThat(ann.get(path + "closed").statusCode()).isEqualTo(404);
    String tracking = "/api/2.0/lineage-tracking/table-lineage?table_name=main.default.top";
    assertThat(ok(admin.get(tracking)).at("/upstreams/0/tableInfo/name").asText())
        .isEqualTo("closed");
    assertThat(ok(ann.get(tracking)).path("upstreams")).isEmpty();
    assertThat(
            ok(ann.get("/api/2.0/boathouse/lineage?kind=TABLE&name=main.default.top")).toString())
        .doesNotContain("hidden", "TABLE");
  }

  @Test
  void recordedLineageIsSentToTheReceiverAsOftenAsItTakes() throws Exception {
    BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
    AtomicInteger tries = new AtomicInteger();
    HttpServer receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          boolean refused = tries.incrementAndGet() == 1;
          exchange.sendResponseHeaders(refused ? 503 : 201, -1);
          exchange.close();
          if (!refused) {
            received.add(Json.parse(body));
          }
        });
    receiver.start();
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    var config =
        new OpenLineageConfig(
            "boathouse",
            Optional.of("http://localhost:%d/api".formatted(receiver.getAddress().getPort())),
            Optional.empty(),
            10,
            3,
            Duration.ofSeconds(5));
    try (OpenLineageSender sender = OpenLineageSender.of(config, meters).orElseThrow()) {
      catalog.module.lineages().sendTo(sender);
      catalog
          .module
          .lineage()
          .record(
              catalog.admin,
              new LineageFact(
                  List.of(node("raw", 3)),
                  node("sent", 4),
                  "CREATE TABLE AS SELECT",
                  Map.of(),
                  List.of(
                      new ColumnFlow(
                          FullName.parse("main.default.raw"), "city", Optional.of("town"))),
                  Optional.empty()));
      JsonNode event = received.poll(20, TimeUnit.SECONDS);
      OpenLineageEvent read = OpenLineageEvent.of(event);
      assertThat(read.isComplete()).isTrue();
      assertThat(read.inputs().getFirst().name()).isEqualTo("main.default.raw");
      assertThat(read.outputs().getFirst().fields().toString()).contains("city", "town");
    } finally {
      catalog.module.lineages().sendTo((at, fact) -> {});
      receiver.stop(0);
    }
    assertThat(meters.counter("boathouse.openlineage.events", "outcome", "sent").count())
        .isEqualTo(1);
    assertThat(meters.counter("boathouse.openlineage.events", "outcome", "failed").count())
        .isEqualTo(1);
  }

  private static LineageNode node(String table, long version) {
    return new LineageNode("TABLE", "main.default." + table, Optional.of(version));
  }

  private static void record(String from, String to) {
    catalog.module.lineage().record(catalog.admin, node(from, 1), node(to, 1), "INSERT", Map.of());
  }

  private static List<String> tables(String table, String direction, int hops) {
    List<String> edges = new ArrayList<>();
    ok(admin.get(
            "/api/2.0/boathouse/lineage/tables?table_name=main.default.%s&direction=%s&hops=%d"
                .formatted(table, direction, hops)))
        .path("edges")
        .forEach(edge -> edges.add(edge.path("from").asText() + ">" + edge.path("to").asText()));
    return edges;
  }

  private static JsonNode ok(HttpResponse<String> reply) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return TestServer.json(reply);
  }

  private static String event(String input, String output) {
    return """
    {"eventType": "COMPLETE", "eventTime": "2026-01-01T00:00:00Z",
     "producer": "https://example.org/etl",
     "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
     "run": {"runId": "11111111-2222-4333-8444-555555555555"},
     "job": {"namespace": "airflow", "name": "nightly"},
     "inputs": [{"namespace": "boathouse", "name": "main.default.%s"}],
     "outputs": [{"namespace": "boathouse", "name": "main.default.%s"}]}
    """
        .formatted(input, output);
  }
}
