package io.boathouse.catalog.commit;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads a request to change a table: each kind of requirement and of update at most once. */
final class DeltaUpdates {
  static final String FEATURE = "delta.feature.";

  /** What we say of a table besides its configuration; clients may send it back. */
  private static final Set<String> DERIVED =
      Set.of(
          "delta.minReaderVersion",
          "delta.minWriterVersion",
          "delta.lastUpdateVersion",
          "delta.lastCommitTimestamp",
          "delta.clusteringColumns",
          "delta.rowTracking.rowIdHighWaterMark");

  private static final Set<String> ACTIONS =
      Set.of(
          "add-commit",
          "set-latest-backfilled-version",
          "set-properties",
          "remove-properties",
          "set-columns",
          "set-table-comment",
          "set-protocol",
          "set-domain-metadata",
          "remove-domain-metadata",
          "set-partition-columns",
          "update-metadata-snapshot-version");

  private final Map<String, JsonNode> requirements;
  private final Map<String, JsonNode> updates;

  DeltaUpdates(JsonNode body) {
    requirements = once(body, "requirements", "type", Set.of("assert-table-uuid", "assert-etag"));
    updates = once(body, "updates", "action", ACTIONS);
    if (updates.isEmpty()) {
      throw CommitErrors.invalid("updates", "[]", "at least one");
    }
    if (!requirements.containsKey("assert-table-uuid")) {
      throw CommitErrors.invalid(
          "requirements", String.join(",", requirements.keySet()), "assert-table-uuid among them");
    }
  }

  TableUpdate update() {
    Optional<JsonNode> commit = part("add-commit");
    if (commit.filter(action -> action.path("uniform").isObject()).isPresent()) {
      throw CommitErrors.invalid(
          "uniform", "given", "nothing: Iceberg metadata is made by the server");
    }
    return new TableUpdate(
        uuid("requirements.uuid", text(requirements.get("assert-table-uuid"), "uuid")),
        Optional.ofNullable(requirements.get("assert-etag"))
            .map(requirement -> text(requirement, "etag")),
        commit.map(action -> Json.bind(action.path("commit"), DeltaWire.Commit.class).toCommit()),
        part("set-latest-backfilled-version")
            .map(action -> number(action, "latest-published-version")),
        change(),
        part("set-table-comment").map(action -> text(action, "comment")),
        part("update-metadata-snapshot-version")
            .map(
                action ->
                    new TableUpdate.Observed(
                        number(action, "last-commit-version"),
                        number(action, "last-commit-timestamp-ms"))));
  }

  private DescriptionChange change() {
    return new DescriptionChange(
        part("set-columns").map(action -> DeltaColumns.delta(action.path("columns"))),
        part("set-partition-columns").map(action -> texts(action, "partition-columns")),
        part("set-protocol")
            .map(
                action ->
                    Json.bind(action.path("protocol"), DeltaWire.Protocol.class).toProtocol()),
        part("set-properties").map(DeltaUpdates::properties).orElse(Map.of()),
        part("remove-properties")
            .map(action -> Set.copyOf(texts(action, "removals")))
            .orElse(Set.of()),
        part("set-domain-metadata").map(action -> domains(action.path("updates"))).orElse(Map.of()),
        part("remove-domain-metadata")
            .map(action -> Set.copyOf(texts(action, "domains")))
            .orElse(Set.of()));
  }

  private static Map<String, String> properties(JsonNode action) {
    Map<String, String> given = new HashMap<>();
    action
        .path("updates")
        .properties()
        .forEach(entry -> given.put(entry.getKey(), entry.getValue().asText()));
    return configuration(given);
  }

  /** What of the properties belongs to a table's configuration. */
  static Map<String, String> configuration(Map<String, String> given) {
    Map<String, String> kept = new HashMap<>(given);
    kept.keySet().removeIf(name -> DERIVED.contains(name) || name.startsWith(FEATURE));
    return kept;
  }

  static Map<String, String> domains(JsonNode updates) {
    Map<String, String> domains = new HashMap<>();
    updates
        .properties()
        .forEach(
            entry -> {
              if (entry.getValue().isObject()) {
                domains.put(entry.getKey(), Json.writeText(entry.getValue()));
              }
            });
    return domains;
  }

  static UUID uuid(String field, String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw CommitErrors.invalid(field, text, "a UUID");
    }
  }

  static <T> T present(String field, @Nullable T value) {
    return HttpErrors.required(field, value);
  }

  private Optional<JsonNode> part(String action) {
    return Optional.ofNullable(updates.get(action));
  }

  private static Map<String, JsonNode> once(
      JsonNode body, String list, String kind, Set<String> known) {
    Map<String, JsonNode> found = new LinkedHashMap<>();
    for (JsonNode entry : body.path(list)) {
      String name = entry.path(kind).asText();
      if (!known.contains(name)) {
        throw CommitErrors.invalid(list + "." + kind, name, "one of the protocol's");
      }
      if (found.put(name, entry) != null) {
        throw CommitErrors.invalid(list + "." + kind, name, "each at most once");
      }
    }
    return found;
  }

  private static List<String> texts(JsonNode action, String field) {
    List<String> texts = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (JsonNode entry : present(field, action.get(field))) {
      if (!entry.isTextual() || !seen.add(entry.textValue())) {
        throw CommitErrors.invalid(field, entry.toString(), "texts, each once");
      }
      texts.add(entry.textValue());
    }
    return texts;
  }

  private static String text(@Nullable JsonNode node, String field) {
    JsonNode value = node == null ? null : node.get(field);
    if (value == null || !value.isTextual()) {
      throw HttpErrors.missingParameter(field);
    }
    return value.textValue();
  }

  private static long number(JsonNode action, String field) {
    JsonNode value = present(field, action.get(field));
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw CommitErrors.invalid(field, value.toString(), "a whole number");
    }
    return value.longValue();
  }
}
