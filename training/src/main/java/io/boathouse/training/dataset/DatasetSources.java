package io.boathouse.training.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads which versions of governed things a dataset's source names. MLflow writes Delta sources as
 * {@code {"delta_table_name", "delta_table_version"}} and Unity tables as {@code {"table_name",
 * "version"}}; our own jobs may write {@code {"kind", "name", "version"}} and a list of such under
 * {@code "inputs"}.
 */
public final class DatasetSources {
  private static final Set<String> KINDS =
      Set.of("TABLE", "FEATURE_TABLE", "FEATURE_SPEC", "TRAINING_SET", "FILE");
  private static final int MAX_INPUTS = 100;

  private DatasetSources() {}

  /** The things named; empty for a source that names none, whatever its form. */
  public static List<LineageNode> nodes(DatasetInput input) {
    JsonNode source;
    try {
      source = Json.parse(input.source());
    } catch (LakeException e) {
      return List.of(); // a plain URI
    }
    List<LineageNode> nodes = new ArrayList<>();
    node(source).ifPresent(nodes::add);
    JsonNode inputs = source.path("inputs");
    for (int i = 0; i < inputs.size() && i < MAX_INPUTS; i++) {
      node(inputs.get(i)).ifPresent(nodes::add);
    }
    return nodes;
  }

  /** The type of the governed thing that a node stands for; empty for what is not governed. */
  public static Optional<SecurableType> governedBy(LineageNode node) {
    return switch (node.kind()) {
      case "TABLE", "FEATURE_TABLE" -> Optional.of(SecurableType.TABLE);
      case "FEATURE_SPEC" -> Optional.of(SecurableType.FUNCTION);
      default -> Optional.empty();
    };
  }

  private static Optional<LineageNode> node(JsonNode source) {
    String kind = source.path("kind").asText("TABLE").toUpperCase(Locale.ROOT);
    if (!KINDS.contains(kind)) {
      return Optional.empty();
    }
    return text(source, "delta_table_name", "table_name", "name")
        .map(name -> new LineageNode(kind, name, version(source)));
  }

  private static Optional<String> text(JsonNode source, String... fields) {
    for (String field : fields) {
      if (source.path(field).isTextual() && !source.path(field).asText().isBlank()) {
        return Optional.of(source.path(field).asText());
      }
    }
    return Optional.empty();
  }

  private static Optional<Long> version(JsonNode source) {
    for (String field : List.of("delta_table_version", "version")) {
      JsonNode value = source.path(field);
      if (value.isIntegralNumber() && value.canConvertToLong()) {
        return Optional.of(value.longValue());
      }
      if (value.isTextual() && value.asText().matches("[0-9]{1,18}")) {
        return Optional.of(Long.parseLong(value.asText()));
      }
    }
    return Optional.empty();
  }
}
