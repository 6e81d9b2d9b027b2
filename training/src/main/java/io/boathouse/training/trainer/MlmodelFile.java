package io.boathouse.training.trainer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Completes a trained model to the folder that MLflow calls a model: its files, the MLmodel file in
 * YAML, and an input example.
 */
final class MlmodelFile {
  static final String NAME = "MLmodel";
  private static final String EXAMPLE_FILE = "input_example.json";
  private static final String PROVENANCE_FILE = "provenance.txt";
  private static final int EXAMPLE_ROWS = 2;
  private static final DateTimeFormatter CREATED =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private MlmodelFile() {}

  /** What a model folder belongs to. */
  record Origin(String runId, String artifactPath, Instant createdAt) {}

  /** The folder's files by relative path. */
  static Map<String, byte[]> folder(TrainedModel model, TrainingData examples, Origin origin) {
    var files = new TreeMap<>(model.files());
    files.put(EXAMPLE_FILE, example(examples));
    files.put(PROVENANCE_FILE, model.provenance().getBytes(StandardCharsets.UTF_8));
    files.put(NAME, YamlText.of(content(model, origin)).getBytes(StandardCharsets.UTF_8));
    return files;
  }

  /** The MLmodel file as a tree. */
  static Map<String, Object> content(TrainedModel model, Origin origin) {
    var root = new LinkedHashMap<String, Object>();
    root.put("artifact_path", origin.artifactPath());
    root.put("flavors", flavors(model));
    root.put("model_size_bytes", model.files().values().stream().mapToLong(b -> b.length).sum());
    root.put("model_uuid", uuid(model));
    root.put("run_id", origin.runId());
    root.put(
        "saved_input_example_info",
        new TreeMap<>(
            Map.of("artifact_path", EXAMPLE_FILE, "type", "dataframe", "pandas_orient", "split")));
    var signature = new LinkedHashMap<String, Object>();
    signature.put("inputs", Json.writeText(model.signature().inputs()));
    signature.put("outputs", Json.writeText(model.signature().outputs()));
    root.put("signature", signature);
    root.put("utc_time_created", CREATED.format(origin.createdAt()));
    return root;
  }

  private static Map<String, Object> flavors(TrainedModel model) {
    var flavors = new TreeMap<String, Object>(model.flavors());
    var own = new LinkedHashMap<String, Object>();
    own.put("trainer", model.trainer());
    own.put("task", "binary");
    own.put("input", OnnxGraph.INPUT);
    own.put("output", OnnxGraph.PROBABILITY);
    own.put("missing", "nan");
    own.put("features", model.features());
    flavors.put("boathouse", own);
    return flavors;
  }

  /** The same files have the same id, whenever and wherever they were made. */
  private static String uuid(TrainedModel model) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      model
          .files()
          .forEach(
              (path, bytes) -> {
                digest.update(path.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
                digest.update(bytes);
              });
      return HexFormat.of().formatHex(digest.digest(), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static byte[] example(TrainingData data) {
    ObjectNode root = Json.mapper().createObjectNode();
    ArrayNode columns = root.putArray("columns");
    data.features().forEach(columns::add);
    ArrayNode rows = root.putArray("data");
    for (int row = 0; row < Math.min(EXAMPLE_ROWS, data.rows()); row++) {
      ArrayNode cells = rows.addArray();
      for (int feature = 0; feature < data.width(); feature++) {
        float value = data.value(row, feature);
        if (Float.isNaN(value)) {
          cells.addNull();
        } else {
          cells.add((double) value);
        }
      }
    }
    return Json.write(root);
  }

  /**
   * Block YAML of maps, lists, texts and numbers; texts are quoted as JSON, which YAML includes.
   */
  private static final class YamlText {
    private final StringBuilder text = new StringBuilder();

    static String of(Map<String, Object> root) {
      var yaml = new YamlText();
      yaml.map(root, "");
      return yaml.text.toString();
    }

    private void map(Map<?, ?> map, String indent) {
      map.forEach(
          (key, value) -> {
            String name = String.valueOf(key);
            text.append(indent)
                .append(name.matches("[A-Za-z_][A-Za-z0-9_]*") ? name : Json.writeText(name))
                .append(':');
            value(value, indent);
          });
    }

    private void value(Object value, String indent) {
      switch (value) {
        case Map<?, ?> map when !map.isEmpty() -> {
          text.append('\n');
          map(map, indent + "  ");
        }
        case List<?> list when !list.isEmpty() -> {
          text.append('\n');
          for (Object item : list) {
            text.append(indent).append("- ").append(Json.writeText(item)).append('\n');
          }
        }
        default -> text.append(' ').append(Json.writeText(value)).append('\n');
      }
    }
  }
}
