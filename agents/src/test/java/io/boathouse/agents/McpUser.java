package io.boathouse.agents;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The protocol's own client, opened as one user. */
public final class McpUser implements AutoCloseable {
  private final McpSyncClient client;

  public McpUser(URI server, String token) {
    var transport =
        HttpClientStreamableHttpTransport.builder(server.toString())
            .endpoint("/mcp")
            .requestBuilder(HttpRequest.newBuilder().header("Authorization", "Bearer " + token))
            .build();
    client = McpClient.sync(transport).requestTimeout(Duration.ofSeconds(30)).build();
    client.initialize();
  }

  /** All tools, page by page. */
  public List<McpSchema.Tool> tools() {
    List<McpSchema.Tool> tools = new ArrayList<>();
    String cursor = null;
    do {
      McpSchema.ListToolsResult page = client.listTools(cursor);
      tools.addAll(page.tools());
      cursor = page.nextCursor();
    } while (cursor != null);
    return tools;
  }

  public McpSchema.CallToolResult call(String tool, Map<String, Object> arguments) {
    return client.callTool(McpSchema.CallToolRequest.builder(tool).arguments(arguments).build());
  }

  /** The addresses of the first page of resources. */
  public List<String> resources() {
    return client.listResources().resources().stream().map(McpSchema.Resource::uri).toList();
  }

  /** The text of a resource. */
  public String read(String uri) {
    McpSchema.ReadResourceResult read =
        client.readResource(McpSchema.ReadResourceRequest.builder(uri).build());
    return ((McpSchema.TextResourceContents) read.contents().getFirst()).text();
  }

  /** The text of a result. */
  public static String text(McpSchema.CallToolResult result) {
    return ((McpSchema.TextContent) result.content().getFirst()).text();
  }

  @Override
  public void close() {
    client.close();
  }
}
