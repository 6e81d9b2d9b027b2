package io.boathouse.agents.mcp;

import io.boathouse.agents.tool.ToolService;
import java.util.List;

/** What a server offers over the protocol. */
public record McpOffers(
    ToolService tools, List<McpPrompt> prompts, List<McpResourceSource> resources) {
  public McpOffers {
    prompts = List.copyOf(prompts);
    resources = List.copyOf(resources);
  }
}
