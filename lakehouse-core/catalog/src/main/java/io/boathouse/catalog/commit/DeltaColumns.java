package io.boathouse.catalog.commit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.boathouse.catalog.relation.RelationColumn;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Columns in three forms: Delta's JSON (Delta protocol, "Schema Serialization Format"), the Delta
 * API's, which writes the same with hyphens, and the catalog's own.
 */
final class DeltaColumns {
  private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d{1,2}),\\s*(\\d{1,2})\\)");
  private static final Map<String, String> HYPHENS =
      Map.of(
          "elementType", "element-type",
          "containsNull", "contains-null",
          "keyType", "key-type",
          "valueType", "value-type",
          "valueContainsNull", "value-contains-null");

  private DeltaColumns() {}

  /**
   * A struct type in Delta's own JSON, from either spelling.
   *
   * @throws LakeException INVALID_ARGUMENT naming what is no column
   */
  static String delta(JsonNode columns) {
    return Json.writeText(struct(columns, "columns"));
  }

  /** The struct type as the Delta API writes it. */
  static JsonNode wire(String columns) {
    return hyphenated(Json.parse(columns));
  }

  /** The columns of the struct type as the catalog keeps them. */
  static List<RelationColumn> relation(String columns, List<String> partitionColumns) {
    List<RelationColumn> found = new ArrayList<>();
    List<String> partitions =
        partitionColumns.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    for (JsonNode field : Json.parse(columns).path("fields")) {
      String name = field.path("name").asText();
      JsonNode type = field.path("type");
      Matcher decimal = DECIMAL.matcher(type.asText());
      boolean isDecimal = decimal.matches();
      int partition = partitions.indexOf(name.toLowerCase(Locale.ROOT));
      found.add(
          new RelationColumn(
              name,
              sql(type),
              family(type),
              Optional.of(Json.writeText(field)),
              isDecimal ? Optional.of(Integer.valueOf(decimal.group(1))) : Optional.empty(),
              isDecimal ? Optional.of(Integer.valueOf(decimal.group(2))) : Optional.empty(),
              field.path("nullable").asBoolean(true),
              Optional.ofNullable(field.path("metadata").path("comment").textValue()),
              partition < 0 ? Optional.empty() : Optional.of(partition)));
    }
    return found;
  }

  /** The struct type of columns that the catalog keeps. */
  static String delta(List<RelationColumn> columns) {
    ObjectNode struct = Json.mapper().createObjectNode().put("type", "struct");
    ArrayNode fields = struct.putArray("fields");
    for (RelationColumn column : columns) {
      JsonNode known = column.typeJson().map(DeltaColumns::parsed).orElse(Json.parse("{}"));
      boolean isField = known.path("name").isTextual() && known.has("type");
      ObjectNode field = fields.addObject().put("name", column.name());
      JsonNode type = isField ? known.get("type") : known;
      field.set("type", type.isTextual() || type.has("type") ? type : primitive(column));
      field.put("nullable", column.nullable());
      JsonNode metadata = known.path("metadata");
      ObjectNode kept = isField && metadata.isObject() ? metadata.deepCopy() : object();
      column.comment().ifPresent(comment -> kept.put("comment", comment));
      field.set("metadata", kept);
    }
    return Json.writeText(struct);
  }

  /** The names of those columns that partition the table, in order. */
  static List<String> partitions(List<RelationColumn> columns) {
    return columns.stream()
        .filter(column -> column.partitionIndex().isPresent())
        .sorted(Comparator.comparing(column -> column.partitionIndex().orElseThrow()))
        .map(RelationColumn::name)
        .toList();
  }

  /** A client may have given a bare word, which is no JSON. */
  private static JsonNode parsed(String typeJson) {
    try {
      return Json.parse(typeJson);
    } catch (LakeException e) {
      return TextNode.valueOf(typeJson);
    }
  }

  private static JsonNode primitive(RelationColumn column) {
    String type =
        switch (column.typeName()) {
          case "INT" -> "integer";
          case "DECIMAL" -> column.typeText().toLowerCase(Locale.ROOT);
          default -> column.typeName().toLowerCase(Locale.ROOT);
        };
    return TextNode.valueOf(type);
  }

  private static ObjectNode struct(JsonNode type, String where) {
    if (!type.path("type").asText().equals("struct") || !type.path("fields").isArray()) {
      throw CommitErrors.invalid(where, Json.writeText(type), "a struct type with fields");
    }
    ObjectNode struct = object().put("type", "struct");
    ArrayNode fields = struct.putArray("fields");
    Set<String> names = new HashSet<>();
    for (JsonNode given : type.get("fields")) {
      String name = given.path("name").asText();
      if (name.isEmpty() || !names.add(name.toLowerCase(Locale.ROOT))) {
        throw CommitErrors.invalid(where + ".name", name, "a name, each once");
      }
      ObjectNode field = fields.addObject().put("name", name);
      field.set("type", type(given.path("type"), where + "." + name));
      field.put("nullable", given.path("nullable").asBoolean(true));
      field.set("metadata", given.path("metadata").isObject() ? given.get("metadata") : object());
    }
    return struct;
  }

  private static JsonNode type(JsonNode type, String where) {
    if (type.isTextual()) {
      return type;
    }
    return switch (type.path("type").asText()) {
      case "struct" -> struct(type, where);
      case "array" -> {
        ObjectNode array = object().put("type", "array");
        array.set("elementType", type(part(type, "elementType"), where + ".element"));
        array.put("containsNull", part(type, "containsNull").asBoolean(true));
        yield array;
      }
      case "map" -> {
        ObjectNode map = object().put("type", "map");
        map.set("keyType", type(part(type, "keyType"), where + ".key"));
        map.set("valueType", type(part(type, "valueType"), where + ".value"));
        map.put("valueContainsNull", part(type, "valueContainsNull").asBoolean(true));
        yield map;
      }
      default -> throw CommitErrors.invalid(where + ".type", Json.writeText(type), "a Delta type");
    };
  }

  private static JsonNode part(JsonNode type, String name) {
    return type.has(name) ? type.get(name) : type.path(HYPHENS.get(name));
  }

  private static JsonNode hyphenated(JsonNode type) {
    if (!type.isObject()) {
      return type;
    }
    ObjectNode written = object();
    type.properties()
        .forEach(
            entry -> {
              String name = HYPHENS.getOrDefault(entry.getKey(), entry.getKey());
              written.set(
                  name,
                  name.equals("fields") ? fields(entry.getValue()) : hyphenated(entry.getValue()));
            });
    return written;
  }

  /** What a field's metadata holds is its own business. */
  private static ArrayNode fields(JsonNode fields) {
    ArrayNode written = Json.mapper().createArrayNode();
    for (JsonNode field : fields) {
      ObjectNode copy = field.deepCopy();
      copy.set("type", hyphenated(field.path("type")));
      written.add(copy);
    }
    return written;
  }

  private static String sql(JsonNode type) {
    if (type.isTextual()) {
      return switch (type.asText()) {
        case "long" -> "bigint";
        case "integer" -> "int";
        case "short" -> "smallint";
        case "byte" -> "tinyint";
        default -> type.asText();
      };
    }
    return switch (type.path("type").asText()) {
      case "array" -> "array<" + sql(type.path("elementType")) + ">";
      case "map" -> "map<" + sql(type.path("keyType")) + "," + sql(type.path("valueType")) + ">";
      default -> {
        List<String> fields = new ArrayList<>();
        type.path("fields")
            .forEach(
                field -> fields.add(field.path("name").asText() + ":" + sql(field.path("type"))));
        yield "struct<" + String.join(",", fields) + ">";
      }
    };
  }

  /** Unity Catalog's word for the type. */
  private static String family(JsonNode type) {
    String name = type.isTextual() ? type.asText() : type.path("type").asText();
    return name.equals("integer")
        ? "INT"
        : name.startsWith("decimal") ? "DECIMAL" : name.toUpperCase(Locale.ROOT);
  }

  private static ObjectNode object() {
    return Json.mapper().createObjectNode();
  }
}
