package io.boathouse.serving.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.inference.RequestField;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A body in CSV (RFC 4180) with a header, as the form {@code dataframe_split}. A cell becomes the
 * type of its column in the model; an empty one is a missing value.
 */
final class CsvBody {
  private static final char QUOTE = '"';

  private final String text;
  private int at;
  private int line = 1;

  private CsvBody(String text) {
    this.text = text;
  }

  /**
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the line
   */
  static byte[] toJson(byte[] csv, List<RequestField> fields) {
    CsvBody body = new CsvBody(new String(csv, StandardCharsets.UTF_8));
    List<String> header = body.row();
    ObjectNode root = Json.mapper().createObjectNode();
    ObjectNode split = root.putObject("dataframe_split");
    header.forEach(split.putArray("columns")::add);
    ArrayNode data = split.putArray("data");
    while (body.at < body.text.length()) {
      int began = body.line;
      List<String> cells = body.row();
      if (cells.size() != header.size()) {
        throw ProtocolErrors.csv(
            began, "it has %d cells and the header %d".formatted(cells.size(), header.size()));
      }
      ArrayNode row = data.addArray();
      for (int i = 0; i < header.size(); i++) {
        row.add(typed(cells.get(i), type(header.get(i), fields)));
      }
    }
    return Json.write(root);
  }

  private static RequestField.Type type(String column, List<RequestField> fields) {
    return fields.stream()
        .filter(field -> field.name().equals(column))
        .map(RequestField::type)
        .findFirst()
        .orElse(RequestField.Type.STRING);
  }

  /** What is no value of the type stays text, which the model's inputs refuse by its name. */
  private static JsonNode typed(String cell, RequestField.Type type) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    if (cell.isEmpty()) {
      return nodes.nullNode();
    }
    try {
      return switch (type) {
        case STRING, TENSOR -> nodes.textNode(cell);
        case INTEGER -> nodes.numberNode(Long.parseLong(cell.strip()));
        case NUMBER -> nodes.numberNode(Double.parseDouble(cell.strip()));
        case BOOLEAN ->
            switch (cell.strip()) {
              case "true", "True", "TRUE" -> nodes.booleanNode(true);
              case "false", "False", "FALSE" -> nodes.booleanNode(false);
              default -> nodes.textNode(cell);
            };
      };
    } catch (NumberFormatException e) {
      return nodes.textNode(cell);
    }
  }

  private List<String> row() {
    List<String> cells = new ArrayList<>();
    while (true) {
      cells.add(at < text.length() && text.charAt(at) == QUOTE ? quoted() : plain());
      if (at >= text.length()) {
        return cells;
      }
      char next = text.charAt(at++);
      if (next == '\r' && at < text.length() && text.charAt(at) == '\n') {
        next = text.charAt(at++);
      }
      if (next == '\n' || next == '\r') {
        line++;
        return cells;
      }
      if (next != ',') {
        throw ProtocolErrors.csv(line, "there is text after a closing quote");
      }
    }
  }

  private String plain() {
    int began = at;
    while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(began, at);
  }

  private String quoted() {
    StringBuilder cell = new StringBuilder();
    int began = line;
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == QUOTE) {
        boolean doubled = at + 1 < text.length() && text.charAt(at + 1) == QUOTE;
        if (!doubled) {
          at++;
          return cell.toString();
        }
        at++;
      } else if (c == '\n') {
        line++;
      }
      cell.append(c);
    }
    throw ProtocolErrors.csv(began, "a quote is not closed");
  }
}
