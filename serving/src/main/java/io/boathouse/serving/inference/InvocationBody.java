package io.boathouse.serving.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.boathouse.platform.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The body of an invocation in one of the forms of MLflow's scoring protocol.
 *
 * @param form which of them
 * @param input what stands under it
 * @param params settings by name, beside the rows
 * @param clientRequestId the client's own name for the request
 */
record InvocationBody(
    Form form, JsonNode input, Optional<JsonNode> params, Optional<String> clientRequestId) {
  private static final int LONGEST_ID = 200;

  /** The forms, by their names on the wire. */
  enum Form {
    DATAFRAME_SPLIT,
    DATAFRAME_RECORDS,
    INSTANCES,
    INPUTS;

    private static final List<Form> ALL = List.of(values());

    private final String wireName = name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT unless there is exactly one
   *     of the forms
   */
  static InvocationBody parse(byte[] bytes) {
    JsonNode root = Json.parse(bytes);
    Form form = only(root);
    if (root.has("signature_name")) {
      throw InferenceErrors.signatureName();
    }
    JsonNode id = root.path("client_request_id");
    if (!id.isMissingNode() && !id.isNull() && !id.isTextual()) {
      throw InferenceErrors.wrongForm("client_request_id", "a text");
    }
    return new InvocationBody(
        form,
        root.get(form.wireName),
        Optional.ofNullable(root.get("params")).filter(params -> !params.isNull()),
        Optional.ofNullable(id.textValue())
            .map(text -> text.length() > LONGEST_ID ? text.substring(0, LONGEST_ID) : text));
  }

  private static Form only(JsonNode root) {
    Form only = null;
    int forms = 0;
    for (Form form : Form.ALL) {
      if (root.has(form.wireName)) {
        only = form;
        forms++;
      }
    }
    if (only == null || forms > 1) {
      List<String> fields = new ArrayList<>();
      root.fieldNames().forEachRemaining(fields::add);
      throw InferenceErrors.notOneForm(root.isObject(), fields);
    }
    return only;
  }

  /**
   * The rows for a model that takes named columns.
   *
   * @param columns the model's, which rows without names follow
   */
  Frame frame(List<String> columns) {
    return switch (form) {
      case DATAFRAME_SPLIT -> split(input);
      case DATAFRAME_RECORDS -> records("dataframe_records", input);
      case INSTANCES -> instances(columns);
      case INPUTS -> inputs(columns);
    };
  }

  static String wireName(Form form) {
    return form.wireName;
  }

  private Frame instances(List<String> columns) {
    requireRows("instances", input);
    return input.get(0).isObject()
        ? records("instances", input)
        : positional("instances", input, columns);
  }

  private Frame inputs(List<String> columns) {
    if (input.isArray()) {
      requireRows("inputs", input);
      return input.get(0).isObject()
          ? records("inputs", input)
          : positional("inputs", input, columns);
    }
    if (!input.isObject() || input.isEmpty()) {
      throw InferenceErrors.wrongForm("inputs", "a list of rows or an object of columns");
    }
    List<String> names = new ArrayList<>();
    List<JsonNode> values = new ArrayList<>();
    int rows = -1;
    for (Map.Entry<String, JsonNode> column : input.properties()) {
      JsonNode cells = column.getValue();
      int length = cells.isArray() ? cells.size() : 1;
      if (rows >= 0 && rows != length) {
        throw InferenceErrors.unevenColumns(column.getKey(), length, rows);
      }
      rows = length;
      names.add(column.getKey());
      values.add(cells);
    }
    List<JsonNode[]> found = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      JsonNode[] cells = new JsonNode[names.size()];
      for (int i = 0; i < cells.length; i++) {
        JsonNode value = values.get(i);
        cells[i] = unwrapped(value.isArray() ? value.get(row) : value);
      }
      found.add(cells);
    }
    return Frame.of(names, found);
  }

  /** A column tensor of shape [n, 1] is a column of n cells. */
  private static JsonNode unwrapped(JsonNode cell) {
    return cell.isArray() && cell.size() == 1 ? cell.get(0) : cell;
  }

  private static Frame positional(String field, JsonNode list, List<String> columns) {
    List<JsonNode[]> rows = new ArrayList<>(list.size());
    for (int row = 0; row < list.size(); row++) {
      JsonNode cells = list.get(row);
      if (!cells.isArray()) {
        if (columns.size() != 1) {
          throw InferenceErrors.wrongForm(field + "[" + row + "]", "a list of cells");
        }
        rows.add(new JsonNode[] {cells});
        continue;
      }
      if (cells.size() != columns.size()) {
        throw InferenceErrors.wrongWidth(field + "[" + row + "]", cells.size(), columns);
      }
      rows.add(cells(cells));
    }
    return Frame.of(columns, rows);
  }

  private static Frame split(JsonNode split) {
    JsonNode data = split.path("data");
    if (!split.isObject() || !data.isArray()) {
      throw InferenceErrors.wrongForm("dataframe_split", "an object with columns and data");
    }
    requireRows("dataframe_split.data", data);
    JsonNode names = split.path("columns");
    if (!names.isArray()) {
      throw InferenceErrors.wrongForm("dataframe_split.columns", "a list of names");
    }
    List<String> columns = new ArrayList<>(names.size());
    for (JsonNode name : names) {
      columns.add(name.asText());
    }
    List<JsonNode[]> rows = new ArrayList<>(data.size());
    for (int row = 0; row < data.size(); row++) {
      JsonNode cells = data.get(row);
      if (!cells.isArray() || cells.size() != columns.size()) {
        throw InferenceErrors.wrongWidth(
            "dataframe_split.data[" + row + "]", cells.size(), columns);
      }
      rows.add(cells(cells));
    }
    return Frame.of(columns, rows);
  }

  private static Frame records(String field, JsonNode list) {
    requireRows(field, list);
    Set<String> names = new LinkedHashSet<>();
    for (int row = 0; row < list.size(); row++) {
      if (!list.get(row).isObject()) {
        throw InferenceErrors.wrongForm(field + "[" + row + "]", "an object of cells by column");
      }
      list.get(row).fieldNames().forEachRemaining(names::add);
    }
    List<String> columns = List.copyOf(names);
    List<JsonNode[]> rows = new ArrayList<>(list.size());
    for (JsonNode record : list) {
      JsonNode[] cells = new JsonNode[columns.size()];
      for (int i = 0; i < cells.length; i++) {
        JsonNode cell = record.get(columns.get(i));
        cells[i] = cell == null ? MissingNode.getInstance() : cell;
      }
      rows.add(cells);
    }
    return Frame.of(columns, rows);
  }

  private static JsonNode[] cells(JsonNode list) {
    JsonNode[] cells = new JsonNode[list.size()];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = list.get(i);
    }
    return cells;
  }

  private static void requireRows(String field, JsonNode list) {
    if (!list.isArray() || list.isEmpty()) {
      throw InferenceErrors.wrongForm(field, "a list with at least one row");
    }
  }
}
