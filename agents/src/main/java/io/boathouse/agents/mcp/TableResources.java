package io.boathouse.agents.mcp;

import io.boathouse.agents.tool.TableDescription;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.json.Json;
import java.util.List;
import java.util.Optional;

/** The descriptions of tables, at {@code boathouse://tables/<full name>}. */
public final class TableResources implements McpResourceSource {
  private static final String PREFIX = "boathouse://tables/";
  private static final String TEMPLATE = PREFIX + "{name}";
  private static final String JSON = "application/json";
  private static final int MOST = 1_000;
  private static final int MOST_COMPLETIONS = 100;

  private final SecurableService securables;
  private final RelationService relations;

  public TableResources(SecurableService securables, RelationService relations) {
    this.securables = securables;
    this.relations = relations;
  }

  /** The first thousand by name; search finds the others. */
  @Override
  public List<Listed> list(Caller caller) {
    return tables(caller).stream()
        .map(
            table ->
                new Listed(
                    PREFIX + table.name(),
                    table.name().toString(),
                    table.comment().orElse("The columns of this table."),
                    JSON))
        .toList();
  }

  @Override
  public List<Template> templates() {
    return List.of(
        new Template(TEMPLATE, "table", "The columns of the table catalog.schema.table.", JSON));
  }

  @Override
  public Optional<Read> read(Caller caller, String uri) {
    if (!uri.startsWith(PREFIX)) {
      return Optional.empty();
    }
    FullName name = FullName.parse(SecurableType.TABLE, uri.substring(PREFIX.length()));
    return Optional.of(
        Read.text(uri, JSON, Json.writeText(TableDescription.of(relations.get(caller, name)))));
  }

  @Override
  public List<String> complete(Caller caller, String uriTemplate, String prefix) {
    if (!uriTemplate.equals(TEMPLATE)) {
      return List.of();
    }
    return tables(caller).stream()
        .map(table -> table.name().toString())
        .filter(name -> name.startsWith(prefix))
        .limit(MOST_COMPLETIONS)
        .toList();
  }

  private List<Securable> tables(Caller caller) {
    return securables.list(caller, SecurableType.TABLE, PageRequest.first(MOST)).items();
  }
}
