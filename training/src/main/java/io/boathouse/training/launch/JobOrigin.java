package io.boathouse.training.launch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.featurestore.join.TrainingSet;
import io.boathouse.platform.json.Json;
import io.boathouse.training.launch.TrainingJobSpec.Part;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a run says about where its rows are from: tags, and the datasets from whose sources the
 * lineage of the run is read.
 *
 * @param served whether the spec looks features up, so that serving can do the same
 */
record JobOrigin(TrainingSet set, boolean served) {
  /** The tag of a model version from which serving takes the spec that it looks up. */
  static final String FEATURE_SPEC = "boathouse.feature_spec";

  private static final String TRAINING_SET = "boathouse.training_set";
  private static final int DIGEST_LENGTH = 32;

  /** Tags of the run. */
  Map<String, String> runTags() {
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put(TRAINING_SET, set.id());
    tags.put(TRAINING_SET + ".sha256", set.sha256());
    tags.put(FEATURE_SPEC, spec());
    tags.put("boathouse.label_tables", names(set.labelVersions()));
    tags.put("boathouse.feature_tables", names(set.featureVersions()));
    return tags;
  }

  /** Tags of the model version. */
  Map<String, String> modelTags(String trainer) {
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put(TRAINING_SET, set.id());
    tags.put(TRAINING_SET + ".sha256", set.sha256());
    tags.put("boathouse.trainer", trainer);
    if (served) {
      tags.put(FEATURE_SPEC, spec());
    }
    return tags;
  }

  /** Some of its rows in the form of the job file. */
  ObjectNode dataset(Part part) {
    ObjectNode source = Json.mapper().createObjectNode();
    source.put("kind", "TRAINING_SET").put("name", set.id());
    new TreeMap<>(part.where()).forEach(source.putObject("where")::put);
    ArrayNode inputs = source.putArray("inputs");
    set.labelVersions().forEach((name, version) -> input(inputs, "TABLE", name, version));
    set.featureVersions().forEach((name, version) -> input(inputs, "FEATURE_TABLE", name, version));
    input(inputs, "FEATURE_SPEC", set.request().spec().toString(), set.request().specVersion());
    String text = Json.writeText(source);
    return Json.mapper()
        .createObjectNode()
        .put("name", spec())
        .put("digest", sha256(set.sha256() + text).substring(0, DIGEST_LENGTH))
        .put("source_type", "boathouse_training_set")
        .put("source", text)
        .put("context", part.role());
  }

  private String spec() {
    return set.request().spec() + "/" + set.request().specVersion();
  }

  private static void input(ArrayNode into, String kind, String name, long version) {
    JsonNode unused = into.addObject().put("kind", kind).put("name", name).put("version", version);
  }

  private static String names(SortedMap<String, Long> versions) {
    return versions.entrySet().stream()
        .map(entry -> entry.getKey() + "@" + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
