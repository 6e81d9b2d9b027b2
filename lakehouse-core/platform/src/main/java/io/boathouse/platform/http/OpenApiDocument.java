package io.boathouse.platform.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** The OpenAPI 3.1 description of endpoints: paths, parameters, security and permissions. */
final class OpenApiDocument {
  private OpenApiDocument() {}

  static ObjectNode of(List<Endpoint> endpoints) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("openapi", "3.1.0");
    document.putObject("info").put("title", "Boathouse").put("version", "1");
    ObjectNode schemes = document.putObject("components").putObject("securitySchemes");
    schemes.putObject("bearer").put("type", "http").put("scheme", "bearer");
    schemes.putObject("basic").put("type", "http").put("scheme", "basic");
    ObjectNode paths = document.putObject("paths");
    for (Endpoint endpoint : endpoints) {
      String path = template(endpoint.path());
      ObjectNode item = paths.get(path) instanceof ObjectNode known ? known : paths.putObject(path);
      describe(item.putObject(endpoint.method().name().toLowerCase(Locale.ROOT)), endpoint);
    }
    return document;
  }

  private static void describe(ObjectNode operation, Endpoint endpoint) {
    operation.put("operationId", endpoint.operationId());
    operation.put("description", "Permission: " + ApiCatalog.words(endpoint.permission()));
    List<String> names = RouteTable.parameters(endpoint.path());
    if (!names.isEmpty()) {
      ArrayNode parameters = operation.putArray("parameters");
      for (String name : names) {
        ObjectNode parameter = parameters.addObject();
        parameter.put("name", name.equals("*") ? "rest" : name);
        parameter.put("in", "path").put("required", true);
        parameter.putObject("schema").put("type", "string");
      }
    }
    ArrayNode security = operation.putArray("security");
    if (!(endpoint.permission() instanceof Permission.Open)) {
      security.addObject().putArray("bearer");
      security.addObject().putArray("basic");
    }
    ObjectNode responses = operation.putObject("responses");
    responses.putObject("default").put("description", "The answer, or the protocol's error.");
  }

  private static String template(String path) {
    StringBuilder template = new StringBuilder();
    for (String segment : path.substring(1).split("/", -1)) {
      template.append('/');
      if (segment.startsWith(":")) {
        template.append('{').append(segment.substring(1)).append('}');
      } else {
        template.append(segment.equals("*") ? "{rest}" : segment);
      }
    }
    return template.toString();
  }
}
