package io.boathouse.serving.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows as they were sent, by column name.
 *
 * @param index position of each column
 * @param rows cells in the order of the columns; an absent cell is a missing node
 */
record Frame(Map<String, Integer> index, List<JsonNode[]> rows) {

  static Frame of(List<String> columns, List<JsonNode[]> rows) {
    Map<String, Integer> index = LinkedHashMap.newLinkedHashMap(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      if (index.put(columns.get(i), i) != null) {
        throw InferenceErrors.duplicateColumn(columns.get(i));
      }
    }
    return new Frame(index, rows);
  }

  int count() {
    return rows.size();
  }

  boolean has(String column) {
    return index.containsKey(column);
  }

  /** A cell; missing if the column is, or this row lacks it. */
  JsonNode cell(int row, String column) {
    Integer position = index.get(column);
    return position == null ? MissingNode.getInstance() : rows.get(row)[position];
  }
}
