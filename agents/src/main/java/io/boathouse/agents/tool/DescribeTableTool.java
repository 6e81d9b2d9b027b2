package io.boathouse.agents.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.json.Json;

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
  public JsonNode call(Caller caller, ObjectNode arguments) {
    Relation relation =
        relations.get(
            caller, FullName.parse(SecurableType.TABLE, arguments.path("table").textValue()));
    ObjectNode reply = Json.mapper().createObjectNode();
    reply.put("name", relation.securable().name().toString());
    relation.securable().comment().ifPresent(comment -> reply.put("comment", comment));
    ArrayNode columns = reply.putArray("columns");
    relation
        .columns()
        .forEach(
            column -> {
              ObjectNode one = columns.addObject();
              one.put("name", column.name()).put("type", column.typeText());
              column.comment().ifPresent(comment -> one.put("comment", comment));
            });
    return reply;
  }
}
