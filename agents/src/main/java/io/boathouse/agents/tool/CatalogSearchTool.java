package io.boathouse.agents.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.search.SearchService;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.json.Json;
import java.util.Set;

/** Finds what the caller may see by words of its name or comment. */
public final class CatalogSearchTool implements Tool {
  private static final int MAX_RESULTS = 50;

  private final SearchService search;
  private final ToolSpec spec;

  public CatalogSearchTool(SearchService search) {
    this.search = search;
    ObjectNode schema = Schemas.object();
    ObjectNode unused =
        Schemas.property(schema, "query", "string", "Words of the name or comment.")
            .put("maxLength", 500);
    Schemas.required(schema, "query");
    this.spec =
        new ToolSpec(
            "catalog_search",
            "Catalog search",
            "Finds tables, models, functions, volumes and endpoints that you may see.",
            schema,
            true);
  }

  @Override
  public ToolSpec spec() {
    return spec;
  }

  @Override
  public ToolResult call(Caller caller, ObjectNode arguments, ToolProgress progress) {
    ObjectNode reply = Json.mapper().createObjectNode();
    ArrayNode results = reply.putArray("results");
    search
        .search(
            caller, arguments.path("query").textValue(), Set.of(), PageRequest.first(MAX_RESULTS))
        .items()
        .forEach(
            hit -> {
              ObjectNode one = results.addObject();
              one.put("type", hit.type().name());
              one.put("name", hit.name().toString());
              hit.comment().ifPresent(comment -> one.put("comment", comment));
            });
    return ToolResult.of(reply);
  }
}
