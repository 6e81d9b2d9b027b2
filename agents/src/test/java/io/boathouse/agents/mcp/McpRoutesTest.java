package io.boathouse.agents.mcp;

import static io.boathouse.platform.error.ErrorCode.PERMISSION_DENIED;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.agents.tool.Content;
import io.boathouse.agents.tool.Schemas;
import io.boathouse.agents.tool.Tool;
import io.boathouse.agents.tool.ToolLimits;
import io.boathouse.agents.tool.ToolProgress;
import io.boathouse.agents.tool.ToolResult;
import io.boathouse.agents.tool.ToolService;
import io.boathouse.agents.tool.ToolSource;
import io.boathouse.agents.tool.ToolSpec;
import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.TestDatabase;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class McpRoutesTest {
  private static TestDatabase database;
  private static TestServer server;

  @BeforeAll
  static void start() {
    database = TestDatabase.create("platform", "catalog");
    List<Tool> tools = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      tools.add(new Echo("echo_%03d".formatted(i)));
    }
    tools.add(new Denied());
    tools.add(new Slow());
    var service =
        new ToolService(
            List.of(ToolSource.of(tools)),
            new AuditLog(database.database(), InstantSource.system()),
            command -> Thread.ofVirtual().start(command),
            ToolLimits.DEFAULTS);
    server =
        TestServer.start(
            new McpRoutes(
                new McpOffers(service, List.of(new Greeting()), List.of()),
                task -> Thread.ofVirtual().start(task),
                "1.2.3"));
  }

  @AfterAll
  static void stop() {
    server.close();
    database.close();
  }

  @Test
  void officialClientListsEveryPageAndCalls() {
    var transport =
        HttpClientStreamableHttpTransport.builder(server.server().uri().toString())
            .endpoint("/mcp")
            .requestBuilder(HttpRequest.newBuilder().header("Authorization", "Bearer ann-token"))
            .build();
    try (McpSyncClient client = McpClient.sync(transport).build()) {
      McpSchema.InitializeResult opened = client.initialize();
      assertThat(opened.serverInfo().name()).isEqualTo("boathouse");
      assertThat(opened.protocolVersion()).isIn("2025-11-25", "2025-06-18", "2025-03-26");
      List<String> names = new ArrayList<>();
      String cursor = null;
      do {
        McpSchema.ListToolsResult page = client.listTools(cursor);
        page.tools().forEach(tool -> names.add(tool.name()));
        cursor = page.nextCursor();
      } while (cursor != null);
      assertThat(names).hasSize(252).isSorted().doesNotHaveDuplicates();
      McpSchema.CallToolResult answer = client.callTool(call("echo_007", Map.of("text", "héllo")));
      assertThat(answer.isError()).isFalse();
      assertThat(answer.structuredContent().toString()).contains("héllo").contains("ann");
      McpSchema.CallToolResult refused = client.callTool(call("denied", Map.of()));
      assertThat(refused.isError()).isTrue();
    }
    long denials =
        database
            .database()
            .read(
                handle ->
                    handle
                        .createQuery(
                            "SELECT count(*) FROM catalog_audit WHERE decision = 'DENIED' AND"
                                + " action = 'CALL_TOOL'")
                        .mapTo(Long.class)
                        .one());
    assertThat(denials).isPositive();
  }

  @Test
  void modernClientDiscoversListsAndCallsWithoutASession() throws Exception {
    JsonNode discovered = modern("server/discover", "", "{" + meta("2026-07-28") + "}").result();
    assertThat(discovered.path("supportedVersions").toString()).contains("2026-07-28");
    assertThat(discovered.path("resultType").asText()).isEqualTo("complete");
    JsonNode listed = modern("tools/list", "", "{" + meta("2026-07-28") + "}").result();
    assertThat(listed.path("tools").size()).isEqualTo(100);
    assertThat(listed.path("cacheScope").asText()).isEqualTo("private");
    JsonNode called =
        modern(
                "tools/call",
                "echo_001",
                "{\"name\":\"echo_001\",\"arguments\":{\"text\":\"x\"}," + meta("2026-07-28") + "}")
            .result();
    assertThat(called.path("structuredContent").path("text").asText()).isEqualTo("x");
    assertThat(called.path("_meta").toString()).contains("serverInfo").contains("1.2.3");
  }

  /**
   * Fails without the comparison of Mcp-Name in McpRoutes.checkModernHeaders: the call went
   * through.
   */
  @Test
  void case53_headerThatDiffersFromTheBodyIsRefused() throws Exception {
    Answer answer =
        modern(
            "tools/call",
            "echo_002",
            "{\"name\":\"echo_001\",\"arguments\":{\"text\":\"x\"}," + meta("2026-07-28") + "}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo(-32020);
  }

  /** Fails without the check in McpRoutes.checkVersionHeader: the unknown version was served. */
  @Test
  void case54_unknownVersionIsRefusedAndNamesTheKnownOnes() throws Exception {
    Answer answer =
        send(
            body("tools/list", "{" + meta("2027-01-01") + "}"),
            "MCP-Protocol-Version",
            "2027-01-01",
            "Mcp-Method",
            "tools/list");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo(-32022);
    assertThat(answer.json().path("error").path("data").path("supported").toString())
        .contains("2026-07-28")
        .contains("2025-11-25");
  }

  /** Fails when listTools gives everything at once: the first page had all 251 tools. */
  @Test
  void case55_longListComesInPagesOfOneOrder() throws Exception {
    JsonNode first = send(body("tools/list", "{}")).result();
    JsonNode again = send(body("tools/list", "{}")).result();
    assertThat(first).isEqualTo(again);
    String cursor = first.path("nextCursor").asText();
    JsonNode second = send(body("tools/list", "{\"cursor\":\"" + cursor + "\"}")).result();
    assertThat(first.path("tools").size()).isEqualTo(100);
    assertThat(second.path("tools").get(0).path("name").asText())
        .isGreaterThan(first.path("tools").get(99).path("name").asText());
  }

  /** Fails with an unlimited body: the call was answered with the whole argument. */
  @Test
  void case57_argumentOfFiftyMegabytesIsRefused() throws Exception {
    String huge = "x".repeat(50 << 20);
    Answer answer =
        send(
            body(
                "tools/call", "{\"name\":\"echo_001\",\"arguments\":{\"text\":\"" + huge + "\"}}"));
    assertThat(answer.status()).isEqualTo(413);
    assertThat(send(body("ping", "{}")).status()).isEqualTo(200);
  }

  @Test
  void unknownToolWrongArgumentAndUnknownMethodHaveTheirCodes() throws Exception {
    assertThat(send(body("tools/call", "{\"name\":\"nope\"}")).code()).isEqualTo(-32602);
    assertThat(
            send(body("tools/call", "{\"name\":\"echo_001\",\"arguments\":{\"text\":1}}")).code())
        .isEqualTo(-32602);
    assertThat(send(body("sampling/x", "{}")).code()).isEqualTo(-32601);
    assertThat(modern("nope", "", "{" + meta("2026-07-28") + "}").status()).isEqualTo(404);
    assertThat(send("{\"jsonrpc\":\"2.0\"").code()).isEqualTo(-32700);
    assertThat(send("[]").code()).isEqualTo(-32600);
    assertThat(send("{\"id\":1,\"method\":\"ping\"}").code()).isEqualTo(-32600);
  }

  @Test
  void notificationIsAcceptedAndStreamIsNotOffered() throws Exception {
    Answer accepted = send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    assertThat(accepted.status()).isEqualTo(202);
    HttpRequest get = request().GET().build();
    assertThat(client().send(get, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(405);
  }

  @Test
  void aToolThatTellsProgressAnswersWithAStreamThatEndsWithTheResult() throws Exception {
    HttpRequest call =
        request()
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    body(
                        "tools/call",
                        "{\"name\":\"slow\",\"_meta\":{\"progressToken\":\"mine\"}}")))
            .build();
    HttpResponse<String> answer = client().send(call, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.headers().firstValue("content-type").orElse(""))
        .startsWith("text/event-stream");
    List<JsonNode> events =
        answer
            .body()
            .lines()
            .filter(line -> line.startsWith("data: "))
            .map(line -> Json.parse(line.substring("data: ".length())))
            .toList();
    assertThat(events).hasSize(3);
    assertThat(events.get(0).at("/params/progressToken").asText()).isEqualTo("mine");
    assertThat(events.get(1).at("/params/progress").asInt()).isEqualTo(2);
    assertThat(events.get(2).at("/result/content/0/text").asText()).isEqualTo("done");
    assertThat(send(body("tools/call", "{\"name\":\"slow\"}")).result().path("isError").asBoolean())
        .isFalse();
  }

  @Test
  void promptsAreOfferedWithTheirArgumentsAndNothingElseIs() throws Exception {
    assertThat(send(body("prompts/list", "{}")).result().at("/prompts/0/arguments/0/name").asText())
        .isEqualTo("who");
    assertThat(
            send(body("prompts/get", "{\"name\":\"greet\",\"arguments\":{\"who\":\"Bo\"}}"))
                .result()
                .at("/messages/0/content/text")
                .asText())
        .isEqualTo("Greet Bo.");
    assertThat(send(body("prompts/get", "{\"name\":\"greet\"}")).code()).isEqualTo(-32602);
    assertThat(send(body("prompts/get", "{\"name\":\"other\"}")).code()).isEqualTo(-32602);
    assertThat(send(body("resources/list", "{}")).code()).isEqualTo(-32601);
    JsonNode capabilities =
        send(body("initialize", "{\"protocolVersion\":\"2025-11-25\"}"))
            .result()
            .path("capabilities");
    assertThat(capabilities.has("prompts")).isTrue();
    assertThat(capabilities.has("resources")).isFalse();
  }

  @Test
  void missingTokenTellsWhereTheResourceIsDescribed() throws Exception {
    HttpRequest bare =
        HttpRequest.newBuilder(server.server().uri().resolve("/mcp"))
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    HttpResponse<String> answer = client().send(bare, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
        .contains("/.well-known/oauth-protected-resource/mcp");
  }

  private record Answer(int status, JsonNode json) {
    JsonNode result() {
      assertThat(json.has("result")).as("%s", json).isTrue();
      return json.path("result");
    }

    int code() {
      return json.path("error").path("code").asInt();
    }
  }

  private static McpSchema.CallToolRequest call(String name, Map<String, Object> arguments) {
    return McpSchema.CallToolRequest.builder(name).arguments(arguments).build();
  }

  private static Answer modern(String method, String name, String params) throws Exception {
    return name.isEmpty()
        ? send(body(method, params), "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", method)
        : send(
            body(method, params),
            "MCP-Protocol-Version",
            "2026-07-28",
            "Mcp-Method",
            method,
            "Mcp-Name",
            name);
  }

  private static Answer send(String body, String... headers) throws Exception {
    HttpRequest.Builder request = request().POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<String> answer =
        client().send(request.build(), HttpResponse.BodyHandlers.ofString());
    JsonNode json = answer.body().isEmpty() ? MissingNode.getInstance() : Json.parse(answer.body());
    return new Answer(answer.statusCode(), json);
  }

  private static HttpRequest.Builder request() {
    return HttpRequest.newBuilder(server.server().uri().resolve("/mcp"))
        .header("Authorization", "Bearer ann-token")
        .header("Content-Type", "application/json")
        .header("Accept", "application/json, text/event-stream");
  }

  private static HttpClient client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  private static String body(String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}"
        .formatted(method, params);
  }

  private static String meta(String version) {
    return ("\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"%s\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}")
        .formatted(version);
  }

  private record Echo(String name) implements Tool {
    @Override
    public ToolSpec spec() {
      ObjectNode schema = Schemas.object();
      Schemas.property(schema, "text", "string", "What to say.");
      return new ToolSpec(name, "Echo", "Says it again.", schema, true);
    }

    @Override
    public ToolResult call(Caller caller, ObjectNode arguments, ToolProgress progress) {
      return ToolResult.of(arguments.deepCopy().put("caller", caller.principal()));
    }
  }

  private record Denied() implements Tool {
    @Override
    public ToolSpec spec() {
      return new ToolSpec("denied", "Denied", "Refuses.", Schemas.object(), true);
    }

    @Override
    public ToolResult call(Caller caller, ObjectNode arguments, ToolProgress progress) {
      throw new LakeException(PERMISSION_DENIED, "DENIED", "You may not.", Map.of());
    }
  }

  private record Slow() implements Tool {
    @Override
    public ToolSpec spec() {
      return new ToolSpec("slow", "Slow", "Tells progress.", Schemas.object(), true);
    }

    @Override
    public ToolResult call(Caller caller, ObjectNode arguments, ToolProgress progress) {
      progress.report(1, 2);
      progress.report(2, 2);
      return ToolResult.of(new Content.Text("done"));
    }
  }

  private record Greeting() implements McpPrompt {
    @Override
    public String name() {
      return "greet";
    }

    @Override
    public String description() {
      return "Greets.";
    }

    @Override
    public List<Argument> arguments() {
      return List.of(new Argument("who", "Whom.", true));
    }

    @Override
    public List<Message> messages(Caller caller, Map<String, String> values) {
      return List.of(
          new Message("user", new Content.Text("Greet %s.".formatted(values.get("who")))));
    }
  }
}
