package io.boathouse.platform.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.boathouse.platform.secret.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Reads the configuration into a record of sections. Strict: an unknown key, a value of the wrong
 * kind or out of its domain, a secret that is written out, and a reference to nothing all stop the
 * start, and all are told at once.
 */
public final class ConfigLoader {
  private static final String PREFIX = "BOATHOUSE_";
  private static final YAMLMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Set<String> otherVariables;

  /**
   * Creates a loader.
   *
   * @param otherVariables names of environment variables that begin with {@code BOATHOUSE_} and are
   *     no settings
   */
  public ConfigLoader(Set<String> otherVariables) {
    this.otherVariables = Set.copyOf(otherVariables);
  }

  /**
   * The defaults with what the sources change.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT that lists every problem
   */
  public <R extends Record> R load(R defaults, ConfigSources sources) {
    List<String> problems = new ArrayList<>();
    ObjectNode tree =
        sources
            .file()
            .map(file -> read(file, problems))
            .orElseGet(JsonNodeFactory.instance::objectNode);
    Set<String> keys = ConfigKeys.of(defaults);
    overlayEnvironment(tree, keys, sources.environment(), problems);
    new TreeMap<>(sources.flags()).forEach((key, value) -> overlay(tree, key, value, problems));
    ConfigBinder binder = new ConfigBinder(new Secrets(sources.environment()), problems);
    R bound = binder.bind(defaults, tree);
    if (!problems.isEmpty()) {
      throw ConfigErrors.invalid(problems);
    }
    return bound;
  }

  /**
   * What a file of YAML or JSON holds, for files that are no settings.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if it cannot be read
   */
  public static ObjectNode tree(Path file) {
    List<String> problems = new ArrayList<>();
    ObjectNode tree = read(file, problems);
    if (!problems.isEmpty()) {
      throw ConfigErrors.invalid(problems);
    }
    return tree;
  }

  private static ObjectNode read(Path file, List<String> problems) {
    try {
      JsonNode root = YAML.readTree(Files.readString(file));
      if (root instanceof ObjectNode sections) {
        return sections;
      }
      if (!root.isMissingNode() && !root.isNull()) {
        problems.add(file + ": holds no sections (expected: key: value)");
      }
    } catch (JsonProcessingException e) {
      problems.add("%s: %s".formatted(file, firstLine(e)));
    } catch (IOException e) {
      problems.add(file + ": cannot be read (expected: a readable YAML file)");
    }
    return JsonNodeFactory.instance.objectNode();
  }

  private static String firstLine(JsonProcessingException e) {
    String message = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("no YAML");
    return e.getLocation() == null
        ? message
        : "line %d: %s".formatted(e.getLocation().getLineNr(), message);
  }

  private void overlayEnvironment(
      ObjectNode tree, Set<String> keys, Map<String, String> environment, List<String> problems) {
    Map<String, String> keyOf =
        keys.stream().collect(Collectors.toMap(ConfigLoader::variable, key -> key));
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (!name.startsWith(PREFIX) || otherVariables.contains(name)) {
                return;
              }
              String key = keyOf.get(name);
              if (key == null) {
                problems.add(
                    "%s: no such setting (expected: %s)"
                        .formatted(name, ConfigKeys.nearest(name, keyOf.keySet())));
              } else {
                overlay(tree, key, value, problems);
              }
            });
  }

  private static String variable(String key) {
    return PREFIX + key.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  private static void overlay(ObjectNode tree, String key, String value, List<String> problems) {
    ObjectNode node = tree;
    String[] names = key.split("\\.", -1);
    for (int i = 0; i < names.length - 1; i++) {
      JsonNode below = node.get(names[i]);
      if (below == null || below.isNull()) {
        node = node.putObject(names[i]);
      } else if (below instanceof ObjectNode section) {
        node = section;
      } else {
        problems.add(key + ": is below a single value");
        return;
      }
    }
    node.set(names[names.length - 1], TextNode.valueOf(value));
  }
}
