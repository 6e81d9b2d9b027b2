package io.boathouse.platform.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one JSON mapper. Reading refuses duplicate keys, trailing text, NaN literals, numbers beyond
 * a double, and documents that are too deep or have too many values; whole numbers are also read
 * from strings, and doubles from {@code "NaN"} and {@code "Infinity"}, as the protocols demand.
 * Writing leaves out absent values. Every failure to read is an INVALID_ARGUMENT that names the
 * place.
 */
public final class Json {
  /** How deep objects and arrays may nest. */
  public static final int MAX_DEPTH = 100;

  private static final int MAX_NUMBER_LENGTH = 400;
  private static final long MAX_TOKENS = 2_000_000;
  private static final int MAX_STRING_LENGTH = 64 << 20;

  private static final ObjectMapper MAPPER = build();

  private static final ClassValue<List<Object>> FIELDS =
      new ClassValue<>() {
        @Override
        protected List<Object> computeValue(Class<?> type) {
          return MAPPER
              .getDeserializationConfig()
              .introspect(MAPPER.constructType(type))
              .findProperties()
              .stream()
              .<Object>map(BeanPropertyDefinition::getName)
              .toList();
        }
      };

  private Json() {}

  /** The mapper, for what the methods here do not cover; its configuration must not be changed. */
  public static ObjectMapper mapper() {
    return MAPPER;
  }

  /**
   * Parses one JSON value; no bytes at all are the empty object.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT that names line and column
   */
  public static JsonNode parse(byte[] bytes) {
    if (bytes.length == 0) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      return finite(MAPPER.readTree(bytes));
    } catch (JsonProcessingException e) {
      throw JsonErrors.malformed(e);
    } catch (IOException e) {
      throw JsonErrors.malformed(e);
    }
  }

  /** Parses one JSON value from text. */
  public static JsonNode parse(String text) {
    try {
      return finite(MAPPER.readTree(text));
    } catch (JsonProcessingException e) {
      throw JsonErrors.malformed(e);
    }
  }

  /**
   * Binds a value to a record; unknown fields are ignored.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT that names the JSON path
   */
  public static <T> T bind(JsonNode value, Class<T> type) {
    T bound;
    try {
      bound = MAPPER.treeToValue(value, type);
    } catch (JsonProcessingException e) {
      throw JsonErrors.mismatch(e);
    }
    if (bound == null) {
      throw JsonErrors.notAnObject(value);
    }
    return bound;
  }

  /**
   * Binds a value to a record and refuses fields that the record does not have.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT that names the JSON path
   */
  public static <T> T bindStrict(JsonNode value, Class<T> type) {
    if (type.isRecord()) {
      refuseUnknown(value, type);
    }
    T bound;
    try {
      bound =
          MAPPER
              .readerFor(type)
              .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
              .readValue(value);
    } catch (JsonProcessingException e) {
      throw JsonErrors.mismatch(e);
    } catch (IOException e) {
      throw JsonErrors.malformed(e);
    }
    if (bound == null) {
      throw JsonErrors.notAnObject(value);
    }
    return bound;
  }

  /** A misspelt field is told before the one that is missing for it. */
  private static void refuseUnknown(JsonNode value, Class<?> type) {
    List<Object> known = FIELDS.get(type);
    value
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw JsonErrors.mismatch(
                    UnrecognizedPropertyException.from(value.traverse(), type, name, known));
              }
            });
  }

  /** Parses and binds in one step. */
  public static <T> T parse(byte[] bytes, Class<T> type) {
    return bind(parse(bytes), type);
  }

  /** The value as compact UTF-8 JSON. */
  public static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw JsonErrors.unwritable(value, e);
    }
  }

  /** The value as compact JSON text. */
  public static String writeText(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw JsonErrors.unwritable(value, e);
    }
  }

  private static ObjectMapper build() {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxTokenCount(MAX_TOKENS)
                    .maxStringLength(MAX_STRING_LENGTH)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
    JsonMapper.Builder builder =
        JsonMapper.builder(factory)
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .defaultPropertyInclusion(
                JsonInclude.Value.construct(
                    JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
            .withCoercionConfig(
                LogicalType.Integer,
                config -> config.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
            .withCoercionConfig(
                LogicalType.Float,
                config -> config.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
            .withCoercionConfig(
                LogicalType.Textual,
                config ->
                    config
                        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .withCoercionConfig(
                LogicalType.Boolean,
                config ->
                    config
                        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.String, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail));
    return builder.build();
  }

  /** A number such as 1e400 reads as infinity, which no JSON document can mean. */
  private static JsonNode finite(JsonNode root) {
    String path = infinitePath(root, "");
    if (path != null) {
      throw JsonErrors.notFinite(path);
    }
    return root;
  }

  private static @Nullable String infinitePath(JsonNode node, String path) {
    if (node.isFloatingPointNumber()) {
      return Double.isFinite(node.doubleValue()) ? null : path;
    }
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        if (field.getValue().isContainerNode() || field.getValue().isFloatingPointNumber()) {
          String dotted = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
          String found = infinitePath(field.getValue(), dotted);
          if (found != null) {
            return found;
          }
        }
      }
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        JsonNode item = node.get(i);
        if (item.isFloatingPointNumber() && Double.isFinite(item.doubleValue())) {
          continue;
        }
        if (item.isContainerNode() || item.isFloatingPointNumber()) {
          String found = infinitePath(item, path + "[" + i + "]");
          if (found != null) {
            return found;
          }
        }
      }
    }
    return null;
  }
}
