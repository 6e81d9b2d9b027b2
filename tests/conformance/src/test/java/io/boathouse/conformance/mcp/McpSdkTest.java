package io.boathouse.conformance.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.Http;
import io.boathouse.conformance.PackagedServer;
import io.boathouse.conformance.Users;
import io.boathouse.conformance.databricks.Workspace;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The SDK's client finds and calls the tools of the packaged server, as whoever it is opened for.
 */
@Conformance
class McpSdkTest {
  private static Http http;
  private static Users users;

  @BeforeAll
  static void aTable(PackagedServer server) {
    http = new Http(server);
    users = new Users(http);
    var client = Workspace.of(server);
    Workspace.newCatalog(client, "mcp");
    var unused = Workspace.run(client, "CREATE TABLE mcp.s.answers AS SELECT 42 AS answer");
  }

  private static McpSyncClient open(PackagedServer server, String token) {
    var transport =
        HttpClientStreamableHttpTransport.builder(server.url())
            .endpoint("/mcp")
            .requestBuilder(HttpRequest.newBuilder().header("Authorization", "Bearer " + token))
            .build();
    McpSyncClient client = McpClient.sync(transport).requestTimeout(Duration.ofSeconds(30)).build();
    McpSchema.InitializeResult result = client.initialize();
    assertThat(result.serverInfo().name()).isEqualTo("boathouse");
    return client;
  }

  private static McpSchema.CallToolResult query(McpSyncClient client) {
    return client.callTool(
        McpSchema.CallToolRequest.builder("sql_query")
            .arguments(Map.of("sql", "SELECT answer FROM mcp.s.answers"))
            .build());
  }

  private static String text(McpSchema.CallToolResult result) {
    return ((McpSchema.TextContent) result.content().getFirst()).text();
  }

  @Test
  void everyToolHasASchemaAndTheQueryToolAnswers(PackagedServer server) {
    try (McpSyncClient client = open(server, server.token())) {
      assertThat(client.listTools().tools())
          .allSatisfy(
              tool -> {
                assertThat(tool.inputSchema()).isNotNull();
                assertThat(tool.description()).isNotBlank();
              })
          .extracting(McpSchema.Tool::name)
          .contains("sql_query", "describe_table");

      McpSchema.CallToolResult result = query(client);
      assertThat(result.isError()).isNotEqualTo(true);
      assertThat(text(result)).contains("42");
    }
  }

  @Test
  void aDenialIsAToolErrorAndAnAuditRow(PackagedServer server) {
    try (McpSyncClient client = open(server, users.token("mcp-eve"))) {
      McpSchema.CallToolResult result = query(client);
      assertThat(result.isError()).isTrue();
      assertThat(text(result)).contains("answers");
    }
    assertThat(http.get("/api/2.0/boathouse/audit?principal=mcp-eve").body()).contains("DENIED");
  }
}
