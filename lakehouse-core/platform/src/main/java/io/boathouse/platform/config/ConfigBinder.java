package io.boathouse.platform.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.secret.Secret;
import io.boathouse.platform.secret.Secrets;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Binds a tree of values to a record of defaults and collects every problem on the way. */
final class ConfigBinder {
  private static final Pattern SECRET_NAMES =
      Pattern.compile("(.*_)?(password|secret|token|access_key|secret_key)");

  private final Secrets secrets;
  private final List<String> problems;

  ConfigBinder(Secrets secrets, List<String> problems) {
    this.secrets = secrets;
    this.problems = problems;
  }

  /** The defaults with the values of the tree; the defaults themselves where there are problems. */
  <R extends Record> R bind(R defaults, ObjectNode tree) {
    return bind(defaults, tree, "");
  }

  private <R extends Record> R bind(R defaults, ObjectNode tree, String prefix) {
    RecordComponent[] components = defaults.getClass().getRecordComponents();
    Set<String> names = new TreeSet<>();
    Object[] values = new Object[components.length];
    boolean sound = true;
    for (int i = 0; i < components.length; i++) {
      String name = ConfigKeys.name(components[i]);
      names.add(name);
      Object usual = ConfigKeys.value(components[i], defaults);
      JsonNode node = tree.get(name);
      int before = problems.size();
      values[i] =
          node == null || (usual instanceof Record && empty(node))
              ? usual
              : component(components[i], usual, node, prefix + name);
      sound &= problems.size() == before;
    }
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      if (!names.contains(field.getKey())) {
        problems.add(
            "%s%s: no such setting (expected: %s)"
                .formatted(prefix, field.getKey(), ConfigKeys.nearest(field.getKey(), names)));
      }
    }
    return sound ? construct(defaults, components, values, prefix) : defaults;
  }

  private static boolean empty(JsonNode node) {
    return node.isNull() || (node.isTextual() && node.textValue().isEmpty());
  }

  private Object component(RecordComponent component, Object usual, JsonNode node, String key) {
    try {
      if (usual instanceof Record section) {
        if (node instanceof ObjectNode tree) {
          return bind(section, tree, key + ".");
        }
        throw new IllegalArgumentException("is a single value (expected: a section of settings)");
      }
      if (component.getGenericType() instanceof ParameterizedType generic
          && generic.getRawType() == Map.class
          && generic.getActualTypeArguments()[1] instanceof Class<?> type
          && type.isRecord()) {
        return sections(type, node, key);
      }
      return parse(component.getGenericType(), node, ConfigKeys.name(component));
    } catch (IllegalArgumentException e) {
      problems.add(key + ": " + e.getMessage());
    } catch (LakeException e) {
      problems.add(key + ": " + e.message());
    }
    return usual;
  }

  private Object parse(Type type, JsonNode node, String name) {
    if (type instanceof ParameterizedType generic) {
      Class<?> raw = (Class<?>) generic.getRawType();
      Type[] of = generic.getActualTypeArguments();
      if (raw == Optional.class) {
        return empty(node) ? Optional.empty() : Optional.of(parse(of[0], node, name));
      }
      if (raw == List.class) {
        return list(of[0], node, name);
      }
      if (raw == Map.class) {
        return map(of[1], node, name);
      }
    }
    if (node.isNull()) {
      throw new IllegalArgumentException("has no value");
    }
    if (node.isContainerNode()) {
      throw new IllegalArgumentException("is a list or section (expected: a single value)");
    }
    Class<?> simple = (Class<?>) type;
    if (simple == Secret.class) {
      return secrets.resolve(node.asText());
    }
    String text = node.asText();
    if (simple == String.class) {
      return plainOrSecret(text, name);
    }
    return ConfigValues.parse(simple, text, name.endsWith("_bytes"));
  }

  private String plainOrSecret(String text, String name) {
    boolean secret = SECRET_NAMES.matcher(name).matches();
    return secret || Secrets.isReference(text) ? secrets.resolve(text).reveal() : text;
  }

  /** A list may also be written in one line with commas, as a flag or variable has to. */
  private List<Object> list(Type type, JsonNode node, String name) {
    List<Object> values = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(item -> values.add(parse(type, item, name)));
    } else if (node.isTextual()) {
      for (String item : node.textValue().split(",")) {
        if (!item.isBlank()) {
          values.add(parse(type, TextNode.valueOf(item.strip()), name));
        }
      }
    } else if (!node.isNull()) {
      throw new IllegalArgumentException(node.asText() + " (expected: a list)");
    }
    return values;
  }

  /** Sections of one kind under names of the operator's choice, over the kind's own defaults. */
  private Map<String, Object> sections(Class<?> type, JsonNode node, String key) {
    if (!(node instanceof ObjectNode fields)) {
      if (empty(node)) {
        return Map.of();
      }
      throw new IllegalArgumentException("is a single value (expected: names with sections)");
    }
    Map<String, Object> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      if (field.getValue() instanceof ObjectNode tree) {
        values.put(field.getKey(), bind(defaults(type), tree, key + "." + field.getKey() + "."));
      } else {
        throw new IllegalArgumentException(field.getKey() + " (expected: a section of settings)");
      }
    }
    return values;
  }

  private static Record defaults(Class<?> type) {
    try {
      return (Record) type.getField("DEFAULTS").get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("A kind of settings has no DEFAULTS: " + type, e);
    }
  }

  private Map<String, Object> map(Type type, JsonNode node, String name) {
    if (!(node instanceof ObjectNode fields)) {
      throw new IllegalArgumentException(node.asText() + " (expected: names with values)");
    }
    Map<String, Object> values = new LinkedHashMap<>();
    fields.properties().forEach(f -> values.put(f.getKey(), parse(type, f.getValue(), name)));
    return values;
  }

  private <R extends Record> R construct(
      R defaults, RecordComponent[] components, Object[] values, String prefix) {
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
    }
    try {
      @SuppressWarnings("unchecked")
      Constructor<R> constructor =
          (Constructor<R>) defaults.getClass().getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      problems.add(prefix + String.valueOf(e.getTargetException().getMessage()));
      return defaults;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Settings cannot be made: " + defaults.getClass(), e);
    }
  }
}
