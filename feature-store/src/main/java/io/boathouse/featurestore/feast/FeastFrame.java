package io.boathouse.featurestore.feast;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A data frame as Feast sends it: columns by name, all of one length. */
final class FeastFrame {
  private static final int MAX_ROWS = 10_000;

  private FeastFrame() {}

  /** The frame as rows. @param field that it came in */
  static List<Map<String, @Nullable Object>> rows(
      String field, Map<String, List<@Nullable Object>> columns) {
    int rows = columns.values().stream().mapToInt(List::size).max().orElse(0);
    if (rows > MAX_ROWS) {
      throw FeastErrors.invalid(field, Integer.toString(rows), "at most " + MAX_ROWS + " rows");
    }
    List<Map<String, @Nullable Object>> result = new ArrayList<>(rows);
    for (int i = 0; i < rows; i++) {
      result.add(LinkedHashMap.newLinkedHashMap(columns.size()));
    }
    columns.forEach(
        (name, values) -> {
          if (values.size() != rows) {
            throw FeastErrors.invalid(
                field + "." + name, values.size() + " values", rows + ", as in the longest column");
          }
          for (int i = 0; i < rows; i++) {
            result.get(i).put(name, values.get(i));
          }
        });
    return result;
  }
}
