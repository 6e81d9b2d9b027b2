package io.boathouse.catalog.commit;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a version's file says about the table itself. */
public final class LoggedDescription {
  private @Nullable JsonNode metadata;
  private @Nullable JsonNode protocol;
  private final Map<String, Optional<String>> domains = new HashMap<>();
  private Optional<Long> at = Optional.empty();

  private LoggedDescription() {}

  public static LoggedDescription of(byte[] content) {
    LoggedDescription read = new LoggedDescription();
    new String(content, StandardCharsets.UTF_8).lines().forEach(read::line);
    return read;
  }

  /** The time inside the commit, in milliseconds since the epoch. */
  public Optional<Long> at() {
    return at;
  }

  /** Whether the version says what the table is, as the first one must. */
  boolean isComplete() {
    return metadata != null && protocol != null;
  }

  /** The description of a table whose first version this is. */
  public DeltaDescription first() {
    return after(
        new DeltaDescription(
            "{}", List.of(), Map.of(), new DeltaProtocol(1, 1, List.of(), List.of()), Map.of()));
  }

  /** The description after this version. */
  public DeltaDescription after(DeltaDescription before) {
    DeltaDescription after = before;
    if (metadata != null) {
      after =
          after
              .withColumns(metadata.path("schemaString").asText())
              .withPartitionColumns(texts(metadata.path("partitionColumns")))
              .withProperties(properties(metadata.path("configuration")));
    }
    if (protocol != null) {
      after =
          after.withProtocol(
              new DeltaProtocol(
                  protocol.path("minReaderVersion").asInt(),
                  protocol.path("minWriterVersion").asInt(),
                  texts(protocol.path("readerFeatures")),
                  texts(protocol.path("writerFeatures"))));
    }
    if (!domains.isEmpty()) {
      Map<String, String> all = new HashMap<>(after.domains());
      domains.forEach(
          (name, value) ->
              value.ifPresentOrElse(present -> all.put(name, present), () -> all.remove(name)));
      after = after.withDomains(all);
    }
    return after;
  }

  private void line(String line) {
    if (line.startsWith("{\"commitInfo\"")) {
      JsonNode time = Json.parse(line).at("/commitInfo/inCommitTimestamp");
      at = time.isIntegralNumber() ? Optional.of(time.longValue()) : Optional.empty();
    } else if (line.startsWith("{\"metaData\"")) {
      metadata = Json.parse(line).path("metaData");
    } else if (line.startsWith("{\"protocol\"")) {
      protocol = Json.parse(line).path("protocol");
    } else if (line.startsWith("{\"domainMetadata\"")) {
      JsonNode domain = Json.parse(line).path("domainMetadata");
      boolean removed = domain.path("removed").asBoolean();
      domains.put(
          domain.path("domain").asText(),
          removed ? Optional.empty() : Optional.of(domain.path("configuration").asText()));
    }
  }

  private static Map<String, String> properties(JsonNode configuration) {
    Map<String, String> properties = new HashMap<>();
    configuration
        .properties()
        .forEach(entry -> properties.put(entry.getKey(), entry.getValue().asText()));
    return properties;
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
