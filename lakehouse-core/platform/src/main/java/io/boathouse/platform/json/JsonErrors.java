package io.boathouse.platform.json;

import static io.boathouse.platform.error.ErrorCode.INTERNAL;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.boathouse.platform.error.LakeException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Failures of reading and writing JSON, without class names of ours in them. */
final class JsonErrors {
  private static final int SHOWN = 200;

  private JsonErrors() {}

  static LakeException malformed(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    String where =
        at == null ? "" : " at line %d column %d".formatted(at.getLineNr(), at.getColumnNr());
    String problem = shorten(String.valueOf(e.getOriginalMessage()));
    return new LakeException(
        INVALID_ARGUMENT,
        "MALFORMED_JSON",
        "The body is not acceptable JSON%s: %s. Send one strict JSON document."
            .formatted(where, problem),
        Map.of("field", "body"),
        e);
  }

  static LakeException malformed(IOException e) {
    return new LakeException(
        INVALID_ARGUMENT,
        "MALFORMED_JSON",
        "The body is not JSON in UTF-8. Send one strict JSON document.",
        Map.of("field", "body"),
        e);
  }

  static LakeException notFinite(String path) {
    return new LakeException(
        INVALID_ARGUMENT,
        "MALFORMED_JSON",
        "The number at '%s' is too large for a double. Send a smaller number or a string."
            .formatted(path),
        Map.of("field", path));
  }

  static LakeException mismatch(JsonProcessingException e) {
    String path = e instanceof JsonMappingException mapping ? path(mapping) : "";
    String field = path.isEmpty() ? "body" : path;
    if (e instanceof InvalidFormatException format) {
      String value = shorten(String.valueOf(format.getValue()));
      return invalid(field, "'" + value + "'", expected(format.getTargetType()), e);
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      return unknown(field, unknown);
    }
    if (e instanceof MismatchedInputException mismatch) {
      return invalid(field, "of another type", expected(mismatch.getTargetType()), e);
    }
    Throwable cause = e.getCause();
    if (cause instanceof LakeException lake) {
      return lake;
    }
    String why = cause == null || cause.getMessage() == null ? "a valid value" : cause.getMessage();
    return invalid(field, "refused", shorten(why), e);
  }

  static LakeException notAnObject(JsonNode value) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_PARAMETER",
        "The body is JSON %s. Send an object."
            .formatted(value.getNodeType().name().toLowerCase(java.util.Locale.ROOT)),
        Map.of("field", "body"));
  }

  static LakeException unwritable(Object value, JsonProcessingException e) {
    return new LakeException(
        INTERNAL,
        "UNWRITABLE_JSON",
        "A value of %s cannot be written as JSON.".formatted(value.getClass().getName()),
        Map.of(),
        e);
  }

  private static LakeException unknown(String field, UnrecognizedPropertyException cause) {
    List<String> known =
        Optional.ofNullable(cause.getKnownPropertyIds()).stream()
            .flatMap(Collection::stream)
            .map(String::valueOf)
            .sorted()
            .toList();
    Optional<String> meant = NearestName.of(cause.getPropertyName(), known);
    String remedy =
        known.isEmpty()
            ? "Leave it out; none is expected here."
            : "Leave it out, or use one of: " + String.join(", ", known) + ".";
    Map<String, String> details = new HashMap<>(Map.of("field", shorten(field)));
    meant.ifPresent(name -> details.put("nearest", name));
    return new LakeException(
        INVALID_ARGUMENT,
        "UNKNOWN_FIELD",
        "There is no field '%s'. %s%s"
            .formatted(
                shorten(field),
                meant.map(name -> "Did you mean '" + name + "'? ").orElse(""),
                remedy),
        details,
        cause);
  }

  private static LakeException invalid(
      String field, String value, String expected, JsonProcessingException cause) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_PARAMETER",
        "Invalid value %s for parameter '%s' supplied: expected %s."
            .formatted(value, field, expected),
        Map.of("field", field, "value", value),
        cause);
  }

  private static String path(JsonMappingException e) {
    List<JsonMappingException.Reference> references = e.getPath();
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference reference : references) {
      if (reference.getFieldName() == null) {
        path.append('[').append(reference.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
      }
    }
    return path.toString();
  }

  private static String expected(@Nullable Class<?> type) {
    if (type == null) {
      return "a value of another type";
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(String::valueOf)
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (type == long.class || type == Long.class || type == int.class || type == Integer.class) {
      return "a whole number";
    }
    if (type == double.class || type == float.class || Number.class.isAssignableFrom(type)) {
      return "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (CharSequence.class.isAssignableFrom(type)) {
      return "a string";
    }
    if (type.isArray() || Iterable.class.isAssignableFrom(type)) {
      return "an array";
    }
    return type.isRecord() || Map.class.isAssignableFrom(type)
        ? "an object"
        : "a value of another form";
  }

  private static String shorten(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
  }
}
