package io.boathouse.agents.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;

/** Tells the columns of a table that the caller may see. */
public final class DescribeTableTool implements Tool {
  private final RelationService relations;
  private final ToolSpec spec;

  public DescribeTableTool(RelationService relations) {
    this.relations = relations;
    ObjectNode schema = Schemas.object();
    ObjectNode unused =
        Schemas.property(schema, "table", "string", "Full name: catalog.schema.table.")
            .put("maxLength", 800);
    Schemas.required(schema, "table");
    this.spec =
        new ToolSpec(
            "describe_table",
            "Describe a table",
            "Tells a table's columns with types and comments.",
            schema,
            true);
  }

  @Override
  public ToolSpec spec() {
    return spec;
  }

  @Override
  public ToolResult call(Caller caller, ObjectNode arguments, ToolProgress progress) {
    Relation relation =
        relations.get(
            caller, FullName.parse(SecurableType.TABLE, arguments.path("table").textValue()));
    return ToolResult.of(TableDescription.of(relation));
  }
}
