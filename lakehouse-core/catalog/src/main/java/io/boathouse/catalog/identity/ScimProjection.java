package io.boathouse.catalog.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.json.Json;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which attributes of resources are told (RFC 7644 section 3.9).
 *
 * @param wanted in lower case; empty for all
 * @param unwanted in lower case
 */
record ScimProjection(Set<String> wanted, Set<String> unwanted) {
  private static final Set<String> ALWAYS = Set.of("schemas", "id");

  static ScimProjection of(Request request) {
    return new ScimProjection(
        names(request.query("attributes").orElse("")),
        names(request.query("excludedAttributes").orElse("")));
  }

  /** A part of an attribute stands for the whole. */
  private static Set<String> names(String list) {
    return Stream.of(list.split(",", -1))
        .map(String::strip)
        .map(name -> name.substring(name.lastIndexOf(':') + 1))
        .map(name -> name.replaceFirst("\\..*", "").toLowerCase(Locale.ROOT))
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  JsonNode of(ScimResource resource) {
    ObjectNode told = Json.mapper().valueToTree(resource);
    told.remove(
        told.properties().stream()
            .map(field -> field.getKey())
            .filter(name -> !ALWAYS.contains(name))
            .filter(name -> !told(name.toLowerCase(Locale.ROOT)))
            .toList());
    return told;
  }

  private boolean told(String name) {
    return !unwanted.contains(name) && (wanted.isEmpty() || wanted.contains(name));
  }
}
