package io.boathouse.agents.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The methods of the protocol that are about resources. */
final class McpResources {
  private final List<McpResourceSource> sources;

  McpResources(List<McpResourceSource> sources) {
    this.sources = List.copyOf(sources);
  }

  boolean isEmpty() {
    return sources.isEmpty();
  }

  ObjectNode list(Caller caller, JsonNode params) {
    List<McpResourceSource.Listed> all =
        sources.stream()
            .flatMap(source -> source.list(caller).stream())
            .sorted(Comparator.comparing(McpResourceSource.Listed::uri))
            .toList();
    return McpPage.of(
        "resources", all, McpResourceSource.Listed::uri, params, McpResources::listed);
  }

  private static ObjectNode listed(McpResourceSource.Listed resource) {
    return Json.mapper()
        .createObjectNode()
        .put("uri", resource.uri())
        .put("name", resource.name())
        .put("description", resource.description())
        .put("mimeType", resource.mimeType());
  }

  ObjectNode templates(JsonNode params) {
    List<McpResourceSource.Template> all =
        sources.stream()
            .flatMap(source -> source.templates().stream())
            .sorted(Comparator.comparing(McpResourceSource.Template::uriTemplate))
            .toList();
    return McpPage.of(
        "resourceTemplates",
        all,
        McpResourceSource.Template::uriTemplate,
        params,
        template ->
            Json.mapper()
                .createObjectNode()
                .put("uriTemplate", template.uriTemplate())
                .put("name", template.name())
                .put("description", template.description())
                .put("mimeType", template.mimeType()));
  }

  ObjectNode read(Caller caller, JsonNode params) {
    JsonNode uri = params.path("uri");
    if (!uri.isTextual()) {
      throw McpFailure.invalidParams("resources/read needs a uri");
    }
    McpResourceSource.Read found =
        sources.stream()
            .flatMap(source -> read(source, caller, uri.textValue()))
            .findFirst()
            .orElseThrow(() -> McpFailure.resourceNotFound(uri.textValue()));
    ObjectNode result = Json.mapper().createObjectNode();
    result
        .putArray("contents")
        .addObject()
        .put("uri", found.uri())
        .put("mimeType", found.mimeType())
        .put(found.binary() ? "blob" : "text", found.text());
    return result;
  }

  /** What may not be read is told like what is not there. */
  private static Stream<McpResourceSource.Read> read(
      McpResourceSource source, Caller caller, String uri) {
    try {
      return source.read(caller, uri).stream();
    } catch (LakeException e) {
      if (e.code() == ErrorCode.INTERNAL) {
        throw e;
      }
      throw McpFailure.resourceNotFound(uri);
    }
  }

  List<String> complete(Caller caller, JsonNode uriTemplate, String prefix) {
    String template = uriTemplate.asText();
    return sources.stream()
        .flatMap(source -> source.complete(caller, template, prefix).stream())
        .toList();
  }
}
