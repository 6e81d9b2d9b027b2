package io.boathouse.catalog.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * An event of the OpenLineage specification (2-0-2): of a run, a job or a dataset. Reading one
 * refuses what the specification's JSON schema refuses, and more than it needs to hold.
 *
 * @param eventType empty if the event does not say, as those of jobs and datasets
 * @param runId empty for an event of a job or dataset
 * @param job {@code namespace/name}; empty for an event of a dataset
 */
record OpenLineageEvent(
    Optional<String> eventType,
    Instant time,
    String producer,
    Optional<String> runId,
    Optional<String> job,
    List<Dataset> inputs,
    List<Dataset> outputs) {
  private static final Set<String> TYPES =
      Set.of("START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER");
  private static final String FACETS = "facets";
  private static final int MOST_DATASETS = 500;
  private static final int MOST_FIELDS = 10_000;
  private static final int LONGEST = 1_000;

  /**
   * A dataset.
   *
   * @param fields of an output, as its column lineage tells
   */
  record Dataset(String namespace, String name, List<Field> fields) {}

  /** That a field came directly from a field of an input. */
  record Field(String name, String namespace, String dataset, String source) {}

  /** Whether the run it tells of has done its work. */
  boolean isComplete() {
    return eventType.filter("COMPLETE"::equals).isPresent();
  }

  /**
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the field
   */
  static OpenLineageEvent of(JsonNode event) {
    if (!event.isObject()) {
      throw LineageErrors.invalidEvent("body", event.toString(), "an object");
    }
    String time = text(event, "", "eventTime");
    uri(event, "", "producer");
    uri(event, "", "schemaURL");
    boolean run = event.has("run");
    boolean job = event.has("job");
    if (event.has("dataset") ? run && job : !job) {
      throw LineageErrors.invalidEvent(
          "body", String.join(",", names(event)), "run and job, job alone, or dataset");
    }
    if (event.has("dataset")) {
      Dataset unused = dataset(event.path("dataset"), "dataset", "");
    }
    return new OpenLineageEvent(
        type(event),
        instant(time),
        event.path("producer").asText(),
        run ? Optional.of(runId(event.path("run"))) : Optional.empty(),
        job ? Optional.of(jobName(event.path("job"))) : Optional.empty(),
        datasets(event.path("inputs"), "inputs", "inputFacets"),
        datasets(event.path("outputs"), "outputs", "outputFacets"));
  }

  private static List<String> names(JsonNode node) {
    return node.properties().stream().map(Map.Entry::getKey).toList();
  }

  private static Optional<String> type(JsonNode event) {
    JsonNode type = event.path("eventType");
    if (type.isMissingNode()) {
      return Optional.empty();
    }
    if (!type.isTextual() || !TYPES.contains(type.textValue())) {
      throw LineageErrors.invalidEvent("eventType", type.asText(), "one of " + TYPES);
    }
    return Optional.of(type.textValue());
  }

  private static Instant instant(String time) {
    try {
      return OffsetDateTime.parse(time).toInstant();
    } catch (DateTimeException e) {
      throw LineageErrors.invalidEvent("eventTime", time, "an RFC 3339 date-time");
    }
  }

  private static String runId(JsonNode run) {
    object(run, "run");
    String id = text(run, "run.", "runId");
    try {
      if (!UUID.fromString(id).toString().equalsIgnoreCase(id)) {
        throw LineageErrors.invalidEvent("run.runId", id, "a UUID");
      }
    } catch (IllegalArgumentException e) {
      throw LineageErrors.invalidEvent("run.runId", id, "a UUID");
    }
    facets(run.path(FACETS), "run.facets");
    return id;
  }

  private static String jobName(JsonNode job) {
    object(job, "job");
    facets(job.path(FACETS), "job.facets");
    return text(job, "job.", "namespace") + "/" + text(job, "job.", "name");
  }

  private static List<Dataset> datasets(JsonNode array, String path, String ownFacets) {
    if (array.isMissingNode()) {
      return List.of();
    }
    if (!array.isArray() || array.size() > MOST_DATASETS) {
      throw LineageErrors.invalidEvent(
          path, array.getNodeType().name(), "an array of at most " + MOST_DATASETS);
    }
    List<Dataset> datasets = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      datasets.add(dataset(array.get(i), path + "[" + i + "]", ownFacets));
    }
    return datasets;
  }

  private static Dataset dataset(JsonNode node, String path, String ownFacets) {
    object(node, path);
    facets(node.path(FACETS), path + ".facets");
    facets(node.path(ownFacets), path + "." + ownFacets);
    return new Dataset(
        text(node, path + ".", "namespace"),
        text(node, path + ".", "name"),
        fields(
            node.path(FACETS).path("columnLineage").path("fields"),
            path + ".facets.columnLineage.fields"));
  }

  /** Of the column lineage facet; what only decides which values there are is no field's source. */
  private static List<Field> fields(JsonNode fields, String path) {
    List<Field> found = new ArrayList<>();
    fields
        .properties()
        .forEach(
            field -> {
              String at = path + "." + field.getKey() + ".inputFields";
              for (JsonNode input : field.getValue().path("inputFields")) {
                String namespace = text(input, at + ".", "namespace");
                String name = text(input, at + ".", "name");
                String source = text(input, at + ".", "field");
                if (isDirect(input.path("transformations"))) {
                  found.add(new Field(field.getKey(), namespace, name, source));
                }
              }
            });
    if (found.size() > MOST_FIELDS) {
      throw LineageErrors.invalidEvent(
          path, Integer.toString(found.size()), "at most " + MOST_FIELDS);
    }
    return found;
  }

  private static boolean isDirect(JsonNode transformations) {
    if (transformations.isEmpty()) {
      return true;
    }
    for (JsonNode one : transformations) {
      if (one.path("type").asText().equals("DIRECT")) {
        return true;
      }
    }
    return false;
  }

  private static void facets(JsonNode facets, String path) {
    if (facets.isMissingNode()) {
      return;
    }
    object(facets, path);
    facets
        .properties()
        .forEach(
            facet -> {
              String at = path + "." + facet.getKey();
              object(facet.getValue(), at);
              uri(facet.getValue(), at + ".", "_producer");
              uri(facet.getValue(), at + ".", "_schemaURL");
            });
  }

  private static void object(JsonNode node, String path) {
    if (!node.isObject()) {
      throw LineageErrors.invalidEvent(path, node.getNodeType().name(), "an object");
    }
  }

  private static String text(JsonNode node, String path, String field) {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      throw LineageErrors.invalidEvent(path + field, value.getNodeType().name(), "text");
    }
    if (value.textValue().length() > LONGEST || value.textValue().indexOf('\0') >= 0) {
      throw LineageErrors.invalidEvent(
          path + field,
          value.textValue(),
          "at most " + LONGEST + " characters, none of them U+0000");
    }
    return value.textValue();
  }

  private static void uri(JsonNode node, String path, String field) {
    String value = text(node, path, field);
    try {
      if (!new URI(value).isAbsolute()) {
        throw LineageErrors.invalidEvent(path + field, value, "an absolute URI");
      }
    } catch (URISyntaxException e) {
      throw LineageErrors.invalidEvent(path + field, value, "a URI");
    }
  }
}
