package io.boathouse.table.delta;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * A group of rows of a Parquet file, each column read to the end before the next: levels and values
 * as in Melnik et al., "Dremel: Interactive Analysis of Web-Scale Datasets" (2010). What a column
 * that the file lacks holds is null, or empty for maps.
 */
final class ColumnReads {
  private final MessageType schema;
  private final ColumnReadStoreImpl columns;
  private final int rows;

  /**
   * @param writer what the file says of who wrote it
   */
  ColumnReads(MessageType schema, PageReadStore group, @Nullable String writer) {
    this.schema = schema;
    this.columns = new ColumnReadStoreImpl(group, new Ignored(schema), schema, writer);
    this.rows = Math.toIntExact(group.getRowCount());
  }

  int rows() {
    return rows;
  }

  IntFunction<@Nullable String> texts(String... path) {
    if (!schema.containsPath(path)) {
      return row -> null;
    }
    ColumnDescriptor column = schema.getColumnDescription(path);
    ColumnReader reader = columns.getColumnReader(column);
    int present = column.getMaxDefinitionLevel();
    @Nullable String[] values = new String[rows];
    for (int row = 0; row < rows; row++) {
      if (reader.getCurrentDefinitionLevel() == present) {
        values[row] = reader.getBinary().toStringUsingUTF8();
      }
      reader.consume();
    }
    return row -> values[row];
  }

  IntFunction<@Nullable Long> numbers(String... path) {
    if (!schema.containsPath(path)) {
      return row -> null;
    }
    ColumnDescriptor column = schema.getColumnDescription(path);
    ColumnReader reader = columns.getColumnReader(column);
    int present = column.getMaxDefinitionLevel();
    boolean isLong =
        switch (column.getPrimitiveType().getPrimitiveTypeName()) {
          case INT64 -> true;
          case INT32 -> false;
          default -> throw new IllegalArgumentException("type: " + column);
        };
    @Nullable Long[] values = new Long[rows];
    for (int row = 0; row < rows; row++) {
      if (reader.getCurrentDefinitionLevel() == present) {
        values[row] = isLong ? reader.getLong() : (long) reader.getInteger();
      }
      reader.consume();
    }
    return row -> values[row];
  }

  IntFunction<Map<String, @Nullable String>> maps(String... path) {
    List<ColumnDescriptor> leaves = leaves(path);
    if (leaves.size() != 2) {
      return row -> Map.of();
    }
    ColumnReader keys = columns.getColumnReader(leaves.get(0));
    ColumnReader values = columns.getColumnReader(leaves.get(1));
    int keyPresent = leaves.get(0).getMaxDefinitionLevel();
    int valuePresent = leaves.get(1).getMaxDefinitionLevel();
    Map<Integer, Map<String, @Nullable String>> found = new HashMap<>();
    for (int row = 0; row < rows; row++) {
      do {
        if (keys.getCurrentDefinitionLevel() == keyPresent) {
          boolean has = values.getCurrentDefinitionLevel() == valuePresent;
          found
              .computeIfAbsent(row, absent -> new HashMap<>())
              .put(
                  keys.getBinary().toStringUsingUTF8(),
                  has ? values.getBinary().toStringUsingUTF8() : null);
        }
        keys.consume();
        values.consume();
      } while (keys.getCurrentRepetitionLevel() > 0);
    }
    found.replaceAll((row, map) -> Collections.unmodifiableMap(map));
    return row -> found.getOrDefault(row, Map.of());
  }

  IntFunction<@Nullable List<String>> lists(String... path) {
    List<ColumnDescriptor> leaves = leaves(path);
    if (leaves.size() != 1) {
      return row -> null;
    }
    ColumnReader reader = columns.getColumnReader(leaves.getFirst());
    int present = leaves.getFirst().getMaxDefinitionLevel();
    int defined = schema.getMaxDefinitionLevel(path);
    Map<Integer, List<String>> found = new HashMap<>();
    for (int row = 0; row < rows; row++) {
      do {
        if (reader.getCurrentDefinitionLevel() >= defined) {
          List<String> list = found.computeIfAbsent(row, absent -> new ArrayList<>());
          if (reader.getCurrentDefinitionLevel() == present) {
            list.add(reader.getBinary().toStringUsingUTF8());
          }
        }
        reader.consume();
      } while (reader.getCurrentRepetitionLevel() > 0);
    }
    return found::get;
  }

  private List<ColumnDescriptor> leaves(String... path) {
    return schema.getColumns().stream()
        .filter(
            leaf ->
                leaf.getPath().length > path.length
                    && Arrays.equals(leaf.getPath(), 0, path.length, path, 0, path.length))
        .toList();
  }

  /** Parquet's readers ask for converters also of whoever reads values one by one. */
  private static final class Ignored extends GroupConverter {
    private final GroupType type;

    Ignored(GroupType type) {
      this.type = type;
    }

    @Override
    public Converter getConverter(int field) {
      Type child = type.getType(field);
      return child.isPrimitive() ? new PrimitiveConverter() {} : new Ignored(child.asGroupType());
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
  }
}
