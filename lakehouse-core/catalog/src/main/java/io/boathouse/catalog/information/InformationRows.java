package io.boathouse.catalog.information;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one relation of information_schema shows to one caller.
 *
 * @param rows texts, numbers and booleans; a time is text as ISO 8601 writes it
 */
public record InformationRows(List<Column> columns, List<List<@Nullable Object>> rows) {
  public InformationRows {
    columns = List.copyOf(columns);
    List<List<@Nullable Object>> copies = new ArrayList<>();
    rows.forEach(row -> copies.add(Collections.unmodifiableList(new ArrayList<>(row))));
    rows = Collections.unmodifiableList(copies);
  }

  /** A column of the relation. */
  public record Column(String name, Type type) {}

  /** What a column holds. */
  public enum Type {
    TEXT,
    INTEGER,
    TIMESTAMP
  }
}
