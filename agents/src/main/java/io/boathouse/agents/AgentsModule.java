package io.boathouse.agents;

import io.boathouse.agents.mcp.McpRoutes;
import io.boathouse.agents.tool.CatalogSearchTool;
import io.boathouse.agents.tool.DescribeTableTool;
import io.boathouse.agents.tool.EndpointTools;
import io.boathouse.agents.tool.SqlTool;
import io.boathouse.agents.tool.ToolLimits;
import io.boathouse.agents.tool.ToolService;
import io.boathouse.agents.tool.ToolSource;
import io.boathouse.catalog.CatalogModule;
import io.boathouse.platform.http.Routes;
import io.boathouse.serving.ServingModule;
import io.boathouse.sql.SqlModule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** Puts the agents room together. */
public final class AgentsModule implements AutoCloseable {
  private final ToolService tools;
  private final String version;

  /** The rooms whose things are tools. */
  public record Rooms(CatalogModule catalog, SqlModule sql, ServingModule serving) {}

  /**
   * @param virtualThreads runs calls of tools
   * @param version of this server, told to clients
   * @param more further sources of tools, asked after the built-in ones
   */
  public AgentsModule(Rooms rooms, Executor virtualThreads, String version, List<ToolSource> more) {
    this.version = version;
    List<ToolSource> sources = new ArrayList<>();
    sources.add(
        ToolSource.of(
            List.of(
                new CatalogSearchTool(rooms.catalog().search()),
                new DescribeTableTool(rooms.catalog().relations()),
                new SqlTool(rooms.sql().statements()))));
    sources.add(new EndpointTools(rooms.serving().invocations()));
    sources.addAll(more);
    this.tools =
        new ToolService(sources, rooms.catalog().auditLog(), virtualThreads, ToolLimits.DEFAULTS);
  }

  public ToolService tools() {
    return tools;
  }

  public List<Routes> routes() {
    return List.of(new McpRoutes(tools, version));
  }

  @Override
  public void close() {
    // Nothing here holds a resource.
  }
}
