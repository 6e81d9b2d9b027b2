package io.boathouse.agents;

import io.boathouse.agents.mcp.McpOffers;
import io.boathouse.agents.mcp.McpPrompt;
import io.boathouse.agents.mcp.McpResourceSource;
import io.boathouse.agents.mcp.McpRoutes;
import io.boathouse.agents.mcp.TableResources;
import io.boathouse.agents.tool.CatalogSearchTool;
import io.boathouse.agents.tool.DescribeTableTool;
import io.boathouse.agents.tool.EndpointTools;
import io.boathouse.agents.tool.SqlTool;
import io.boathouse.agents.tool.ToolLimits;
import io.boathouse.agents.tool.ToolService;
import io.boathouse.agents.tool.ToolSource;
import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.search.SearchService;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.platform.http.Routes;
import io.boathouse.serving.prediction.InvocationService;
import io.boathouse.sql.statement.StatementService;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** Puts the agents room together. */
public final class AgentsModule implements AutoCloseable {
  private final ToolService tools;
  private final McpRoutes mcp;

  /** What tools take from the catalog. */
  public record Governance(
      SearchService search,
      RelationService relations,
      SecurableService securables,
      AuditLog audit) {}

  /** The rooms whose things are tools. */
  public record Rooms(
      Governance catalog, StatementService statements, InvocationService invocations) {}

  /**
   * @param virtualThreads runs calls of tools
   * @param version of this server, told to clients
   * @param more asked after what is built in
   */
  public AgentsModule(Rooms rooms, Executor virtualThreads, String version, Additions more) {
    List<ToolSource> sources = new ArrayList<>();
    sources.add(
        ToolSource.of(
            List.of(
                new CatalogSearchTool(rooms.catalog().search()),
                new DescribeTableTool(rooms.catalog().relations()),
                new SqlTool(rooms.statements()))));
    sources.add(new EndpointTools(rooms.invocations()));
    sources.addAll(more.tools());
    this.tools =
        new ToolService(sources, rooms.catalog().audit(), virtualThreads, ToolLimits.DEFAULTS);
    List<McpResourceSource> resources = new ArrayList<>(more.resources());
    resources.add(new TableResources(rooms.catalog().securables(), rooms.catalog().relations()));
    this.mcp =
        new McpRoutes(new McpOffers(tools, more.prompts(), resources), virtualThreads, version);
  }

  /** What other rooms, or a test, offer besides. */
  public record Additions(
      List<ToolSource> tools, List<McpPrompt> prompts, List<McpResourceSource> resources) {
    public static final Additions NONE = new Additions(List.of(), List.of(), List.of());

    public Additions {
      tools = List.copyOf(tools);
      prompts = List.copyOf(prompts);
      resources = List.copyOf(resources);
    }

    /** These and one source of tools. */
    public Additions and(ToolSource source) {
      List<ToolSource> all = new ArrayList<>(tools);
      all.add(source);
      return new Additions(all, prompts, resources);
    }
  }

  public ToolService tools() {
    return tools;
  }

  public List<Routes> routes() {
    return List.of(mcp);
  }

  @Override
  public void close() {
    // Nothing here holds a resource.
  }
}
