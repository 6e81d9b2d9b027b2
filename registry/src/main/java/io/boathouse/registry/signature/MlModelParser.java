package io.boathouse.registry.signature;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Reads MLmodel files. YAML is read as plain data: no tags make objects, no aliases multiply it,
 * and size and depth are bounded.
 */
public final class MlModelParser {
  /** The largest file that is read. */
  public static final int MAX_BYTES = 4 << 20;

  private static final int MAX_DEPTH = 60;
  private static final ObjectMapper MAPPER = mapper();

  private MlModelParser() {}

  /**
   * Parses the content of an MLmodel file.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT that names the part which
   *     cannot be read
   */
  public static MlModel parse(byte[] content) {
    return of(tree(content));
  }

  /** The file as a JSON value, in the form that {@link #of} reads back. */
  public static JsonNode tree(byte[] content) {
    if (content.length > MAX_BYTES) {
      throw SignatureErrors.invalid(MlModel.FILE, "it is larger than " + MAX_BYTES + " bytes");
    }
    JsonNode tree;
    try {
      tree = MAPPER.readTree(content);
    } catch (JsonProcessingException e) {
      throw SignatureErrors.invalid(MlModel.FILE, "line " + line(e) + " is no plain YAML");
    } catch (IOException e) {
      throw SignatureErrors.invalid(MlModel.FILE, "it is no UTF-8 text");
    }
    if (!tree.isObject()) {
      throw SignatureErrors.invalid(MlModel.FILE, "it is no mapping of keys");
    }
    return tree;
  }

  /** Reads the parts that matter; what is unknown is passed over. */
  public static MlModel of(JsonNode tree) {
    Map<String, JsonNode> flavors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> flavor : tree.path("flavors").properties()) {
      flavors.put(flavor.getKey(), flavor.getValue());
    }
    JsonNode signature = tree.path("signature");
    return new MlModel(
        flavors,
        signature.isObject() ? Optional.of(SignatureParser.parse(signature)) : Optional.empty(),
        text(tree.path("saved_input_example_info").path("artifact_path")),
        text(tree.path("metadata").path("boathouse").path("feature_spec")),
        text(tree.path("run_id")),
        text(tree.path("model_id")));
  }

  private static Optional<String> text(JsonNode node) {
    return Optional.ofNullable(node.textValue()).filter(text -> !text.isBlank());
  }

  private static int line(JsonProcessingException failure) {
    return failure.getLocation() == null ? 0 : failure.getLocation().getLineNr();
  }

  private static ObjectMapper mapper() {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(MAX_BYTES);
    limits.setNestingDepthLimit(MAX_DEPTH);
    limits.setMaxAliasesForCollections(10);
    limits.setAllowDuplicateKeys(false);
    YAMLFactory factory =
        YAMLFactory.builder()
            .loaderOptions(limits)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    return YAMLMapper.builder(factory)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }
}
