package io.boathouse.catalog.lineage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** Writes recorded lineage in the words of OpenLineage 2-0-2, with its column lineage facet. */
final class OpenLineageWriter {
  private static final String PRODUCER = "urn:boathouse";
  private static final String SCHEMA =
      "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
  private static final String COLUMNS =
      "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json"
          + "#/$defs/ColumnLineageDatasetFacet";

  private final String namespace;

  OpenLineageWriter(String namespace) {
    this.namespace = namespace;
  }

  /** The event of a run that has ended well; empty for what came in as one, or is no table's. */
  Optional<ObjectNode> event(Instant at, LineageFact fact) {
    boolean ours =
        LineageEvents.isTable(fact.target())
            || fact.sources().stream().anyMatch(LineageEvents::isTable);
    if (fact.how().equals(OpenLineageService.HOW) || !ours) {
      return Optional.empty();
    }
    ObjectNode event =
        Json.mapper()
            .createObjectNode()
            .put("eventType", "COMPLETE")
            .put("eventTime", at.toString())
            .put("producer", PRODUCER)
            .put("schemaURL", SCHEMA);
    event.putObject("run").put("runId", runId(at, fact));
    event
        .putObject("job")
        .put("namespace", namespace)
        .put(
            "name",
            fact.how().toLowerCase(Locale.ROOT).replace(' ', '_') + "." + fact.target().label());
    ArrayNode inputs = event.putArray("inputs");
    fact.sources().stream()
        .filter(source -> !source.kind().equals("STATEMENT"))
        .forEach(source -> dataset(inputs.addObject(), source));
    ObjectNode output = event.putArray("outputs").addObject();
    dataset(output, fact.target());
    columns(output, fact.columns());
    return Optional.of(event);
  }

  private static String runId(Instant at, LineageFact fact) {
    Optional<String> statement = fact.entity().flatMap(LineageEntity::statementId);
    return statement.orElseGet(
        () ->
            UUID.nameUUIDFromBytes(
                    (at + " " + fact.how() + " " + fact.target()).getBytes(StandardCharsets.UTF_8))
                .toString());
  }

  private void dataset(ObjectNode node, LineageNode dataset) {
    boolean table = LineageEvents.isTable(dataset);
    node.put(
            "namespace",
            table ? namespace : namespace + "/" + dataset.kind().toLowerCase(Locale.ROOT))
        .put("name", dataset.label());
    dataset
        .version()
        .filter(version -> table)
        .ifPresent(
            version ->
                facet(
                        node,
                        "version",
                        "https://openlineage.io/spec/facets/1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet")
                    .put("datasetVersion", Long.toString(version)));
  }

  private void columns(ObjectNode output, List<ColumnFlow> flows) {
    Map<String, TreeSet<String>> sources = new TreeMap<>();
    for (ColumnFlow flow : flows) {
      flow.target()
          .ifPresent(
              target ->
                  sources
                      .computeIfAbsent(target, key -> new TreeSet<>())
                      .add(flow.table() + "\n" + flow.column()));
    }
    if (sources.isEmpty()) {
      return;
    }
    ObjectNode fields = facet(output, "columnLineage", COLUMNS).putObject("fields");
    sources.forEach(
        (target, columns) -> {
          ArrayNode inputs = fields.putObject(target).putArray("inputFields");
          for (String column : columns) {
            List<String> parts = List.of(column.split("\n", 2));
            ObjectNode input =
                inputs
                    .addObject()
                    .put("namespace", namespace)
                    .put("name", parts.get(0))
                    .put("field", parts.get(1));
            input.putArray("transformations").addObject().put("type", "DIRECT");
          }
        });
  }

  private static ObjectNode facet(ObjectNode dataset, String name, String schema) {
    return dataset
        .withObject("/facets")
        .putObject(name)
        .put("_producer", PRODUCER)
        .put("_schemaURL", schema);
  }
}
