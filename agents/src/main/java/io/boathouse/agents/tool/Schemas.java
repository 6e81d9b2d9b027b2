package io.boathouse.agents.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;

/** Builds the input schemas of tools. */
public final class Schemas {
  private Schemas() {}

  /** An object that takes no other properties than those put into it. */
  public static ObjectNode object() {
    ObjectNode schema = Json.mapper().createObjectNode();
    schema.put("type", "object");
    ObjectNode unused = schema.putObject("properties");
    schema.put("additionalProperties", false);
    return schema;
  }

  /** Adds a property. @return the property's own schema, for further keywords */
  public static ObjectNode property(
      ObjectNode object, String name, String type, String description) {
    ObjectNode property = object.withObject("/properties").putObject(name);
    return property.put("type", type).put("description", description);
  }

  /** Text of at most so many characters, for descriptions that others wrote. */
  static String shortened(String text, int most) {
    return text.length() > most ? text.substring(0, most) + "…" : text;
  }

  /** Makes a property required. */
  public static void required(ObjectNode object, String name) {
    ArrayNode unused = object.withArray("required").add(name);
  }
}
