package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.information.InformationRows;
import io.boathouse.catalog.information.InformationRows.Column;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** A relation of information_schema as a temporary table of one session. */
record InformationTable(String view, InformationRows rows) {

  void create(DuckSession session) {
    StringJoiner definitions = new StringJoiner(", ");
    StringJoiner items = new StringJoiner(", ");
    ObjectNode structure = Json.mapper().createObjectNode();
    for (int i = 0; i < rows.columns().size(); i++) {
      Column column = rows.columns().get(i);
      String type = type(column);
      definitions.add(SqlText.identifier(column.name()) + " " + type);
      items.add("CAST(one.c" + i + " AS " + type + ")");
      structure.put("c" + i, "VARCHAR");
    }
    String table = SqlText.identifier(view);
    session.execute("CREATE OR REPLACE TEMP TABLE %s (%s)".formatted(table, definitions));
    if (!rows.rows().isEmpty()) {
      String insert =
          "INSERT INTO %s SELECT %s FROM (SELECT unnest(from_json(CAST(? AS JSON), %s)) AS one) RETURNING 1"
              .formatted(table, items, SqlText.literal("[" + structure + "]"));
      List<Integer> unused = session.query(insert, row -> 1, json());
    }
  }

  private String json() {
    ArrayNode all = Json.mapper().createArrayNode();
    for (List<@Nullable Object> row : rows.rows()) {
      ObjectNode one = all.addObject();
      for (int i = 0; i < row.size(); i++) {
        @Nullable Object value = row.get(i);
        one.put("c" + i, value == null ? null : value.toString());
      }
    }
    return new String(Json.write(all), StandardCharsets.UTF_8);
  }

  private static String type(Column column) {
    return switch (column.type()) {
      case TEXT -> "VARCHAR";
      case INTEGER -> "INTEGER";
      case TIMESTAMP -> "TIMESTAMP WITH TIME ZONE";
    };
  }
}
