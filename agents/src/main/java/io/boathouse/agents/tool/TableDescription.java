package io.boathouse.agents.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.platform.json.Json;

/** What agents are told of a table. */
public final class TableDescription {
  private TableDescription() {}

  /** Its name, comment, and columns with types and comments. */
  public static ObjectNode of(Relation relation) {
    ObjectNode described = Json.mapper().createObjectNode();
    described.put("name", relation.securable().name().toString());
    relation.securable().comment().ifPresent(comment -> described.put("comment", comment));
    ArrayNode columns = described.putArray("columns");
    relation
        .columns()
        .forEach(
            column -> {
              ObjectNode one = columns.addObject();
              one.put("name", column.name()).put("type", column.typeText());
              column.comment().ifPresent(comment -> one.put("comment", comment));
            });
    return described;
  }
}
