package io.boathouse.registry.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one call, from the query of a GET or the JSON body of anything else; a DELETE
 * without a body has them in its query too. Whole numbers are read from numbers and from strings,
 * doubles also from {@code "NaN"} and {@code "Infinity"}; null is absent; what nobody asks for is
 * ignored. Every failure is an INVALID_ARGUMENT that names the parameter.
 */
public final class MlflowParameters {
  private static final int MAX_ITEMS = 100_000;

  private final String prefix;
  private final Function<String, Optional<JsonNode>> single;
  private final Function<String, List<JsonNode>> repeated;

  private MlflowParameters(
      String prefix,
      Function<String, Optional<JsonNode>> single,
      Function<String, List<JsonNode>> repeated) {
    this.prefix = prefix;
    this.single = single;
    this.repeated = repeated;
  }

  /** Reads a request. */
  public static MlflowParameters of(Request request) {
    return inQuery(request) ? ofQuery(request) : ofObject("", body(request));
  }

  /** MLflow's clients send a DELETE with a body, Databricks' with a query. */
  private static boolean inQuery(Request request) {
    return switch (request.method()) {
      case GET -> true;
      case DELETE -> request.body().length == 0;
      default -> false;
    };
  }

  private static MlflowParameters ofQuery(Request request) {
    return new MlflowParameters(
        "",
        name -> request.query(name).map(TextNode::valueOf),
        name -> request.queryAll(name).stream().<JsonNode>map(TextNode::valueOf).toList());
  }

  private static MlflowParameters ofObject(String prefix, JsonNode object) {
    return new MlflowParameters(
        prefix,
        name -> Optional.ofNullable(object.get(name)).filter(node -> !node.isNull()),
        name -> items(prefix + name, object.get(name)));
  }

  private static List<JsonNode> items(String name, @Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return List.of();
    }
    if (!node.isArray() || node.size() > MAX_ITEMS) {
      throw HttpErrors.invalidParameter(name, node.toString(), "a list");
    }
    List<JsonNode> items = new ArrayList<>();
    node.forEach(items::add);
    return items;
  }

  private static JsonNode body(Request request) {
    JsonNode json = request.json();
    if (!json.isObject()) {
      throw HttpErrors.invalidParameter("body", json.toString(), "a JSON object");
    }
    return json;
  }

  /** A text; empty if absent. */
  public Optional<String> text(String name) {
    return single.apply(name).map(node -> textOf(prefix + name, node));
  }

  /** A text that must be there and not be empty. */
  public String required(String name) {
    return text(name)
        .filter(text -> !text.isEmpty())
        .orElseThrow(() -> HttpErrors.missingParameter(prefix + name));
  }

  /** The first of several names that has a text: for parameters that were renamed. */
  public String requiredAny(String name, String legacyName) {
    return text(name)
        .filter(text -> !text.isEmpty())
        .or(() -> text(legacyName).filter(text -> !text.isEmpty()))
        .orElseThrow(() -> HttpErrors.missingParameter(prefix + name));
  }

  /** A whole number; empty if absent. */
  public Optional<Long> number(String name) {
    return single.apply(name).map(node -> longOf(prefix + name, node));
  }

  /** A whole number that must be there. */
  public long requiredNumber(String name) {
    return number(name).orElseThrow(() -> HttpErrors.missingParameter(prefix + name));
  }

  /** A floating-point number that must be there; may be NaN or infinite. */
  public double requiredDouble(String name) {
    return single
        .apply(name)
        .map(node -> doubleOf(prefix + name, node))
        .orElseThrow(() -> HttpErrors.missingParameter(prefix + name));
  }

  /** True or false, also as text; empty if absent. */
  public Optional<Boolean> flag(String name) {
    return single
        .apply(name)
        .map(
            node ->
                switch (node.asText().toLowerCase(Locale.ROOT)) {
                  case "true" -> true;
                  case "false" -> false;
                  default ->
                      throw HttpErrors.invalidParameter(
                          prefix + name, node.toString(), "true or false");
                });
  }

  /** A value of an enumeration by its name, with or without the prefix, or by its number from 1. */
  public <E extends Enum<E>> Optional<E> choice(String name, Class<E> type, String namePrefix) {
    return single
        .apply(name)
        .map(
            node -> {
              String text = node.asText();
              for (E constant : type.getEnumConstants()) {
                if (text.equals(constant.name())
                    || text.equals(namePrefix + constant.name())
                    || text.equals(Integer.toString(constant.ordinal() + 1))) {
                  return constant;
                }
              }
              throw HttpErrors.invalidParameter(
                  prefix + name, text, "one of " + List.of(type.getEnumConstants()));
            });
  }

  /** All texts of a repeated parameter. */
  public List<String> texts(String name) {
    List<JsonNode> nodes = repeated.apply(name);
    List<String> texts = new ArrayList<>(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      texts.add(textOf(prefix + name + "[" + i + "]", nodes.get(i)));
    }
    return texts;
  }

  /** An object; empty if absent. */
  public Optional<MlflowParameters> object(String name) {
    return single.apply(name).map(node -> objectOf(prefix + name, node));
  }

  /** All objects of a repeated parameter. */
  public List<MlflowParameters> objects(String name) {
    List<JsonNode> nodes = repeated.apply(name);
    List<MlflowParameters> objects = new ArrayList<>(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      objects.add(objectOf(prefix + name + "[" + i + "]", nodes.get(i)));
    }
    return objects;
  }

  private static MlflowParameters objectOf(String name, JsonNode node) {
    if (!node.isObject()) {
      throw HttpErrors.invalidParameter(name, node.toString(), "an object");
    }
    return ofObject(name + ".", node);
  }

  private static String textOf(String name, JsonNode node) {
    if (!node.isTextual()) {
      throw HttpErrors.invalidParameter(name, node.toString(), "a string");
    }
    String text = node.textValue();
    if (text.indexOf('\0') >= 0) {
      throw HttpErrors.invalidParameter(
          name, text.replace('\0', '?'), "text without the character U+0000");
    }
    return text;
  }

  private static long longOf(String name, JsonNode node) {
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.longValue();
    }
    try {
      return node.isTextual() || node.isFloatingPointNumber()
          ? node.isTextual()
              ? Long.parseLong(node.textValue())
              : node.decimalValue().longValueExact()
          : refuse(name, node);
    } catch (NumberFormatException e) {
      return refuse(name, node);
    } catch (ArithmeticException e) {
      return refuse(name, node);
    }
  }

  private static long refuse(String name, JsonNode node) {
    throw HttpErrors.invalidParameter(name, node.asText(), "a whole number of 64 bits");
  }

  private static double doubleOf(String name, JsonNode node) {
    double value = node.isNumber() ? node.doubleValue() : parsed(name, node);
    if (node.isNumber() && Double.isInfinite(value)) {
      throw HttpErrors.invalidParameter(name, node.toString(), "a number of 64 bits");
    }
    return value;
  }

  private static double parsed(String name, JsonNode node) {
    try {
      if (node.isTextual()) {
        return Double.parseDouble(node.textValue());
      }
    } catch (NumberFormatException e) {
      throw HttpErrors.invalidParameter(name, node.asText(), "a number, NaN or Infinity");
    }
    throw HttpErrors.invalidParameter(name, node.toString(), "a number, NaN or Infinity");
  }
}
