package io.boathouse.table.compute;

import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.delta.ParquetCodec;
import io.boathouse.table.delta.RowTracking;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.StoredField;
import io.boathouse.table.type.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What rows must be like to become rows of a table, and how its files keep them.
 *
 * @param stored the field of each column, in the schema's order
 * @param constraints expressions that must be true of every row, by name
 * @param complete whether rows come with all that fills them
 * @param codec how files are compressed
 */
public record TableShape(
    TableSchema schema,
    List<String> partitionColumns,
    List<StoredField> stored,
    Map<String, String> constraints,
    boolean complete,
    ParquetCodec codec) {
  public TableShape {
    partitionColumns = List.copyOf(partitionColumns);
    stored = List.copyOf(stored);
    constraints = Map.copyOf(constraints);
  }

  /** Of a version. */
  public static TableShape of(DeltaSnapshot snapshot) {
    return new TableShape(
        snapshot.schema(),
        snapshot.partitionColumns(),
        snapshot.stored().fields(),
        snapshot.constraints(),
        false,
        snapshot.codec());
  }

  /** Of a table without mapping and constraints. */
  public static TableShape of(TableSchema schema, List<String> partitionColumns) {
    return new TableShape(
        schema,
        partitionColumns,
        schema.columns().stream().map(StoredField::of).toList(),
        Map.of(),
        false,
        ParquetCodec.ZSTD);
  }

  /** For rows that were rows of the table before, or were filled. */
  public TableShape forCompleteRows() {
    return new TableShape(schema, partitionColumns, stored, constraints, true, codec);
  }

  /** With the columns that keep the numbers of rows which move, if the table has such numbers. */
  public TableShape withRowIds(DeltaSnapshot snapshot) {
    if (snapshot.rowTracking().isEmpty()) {
      return this;
    }
    RowTracking tracking = snapshot.rowTracking().get();
    List<Column> columns = new ArrayList<>(schema.columns());
    List<StoredField> fields = new ArrayList<>(stored);
    for (String name : List.of(tracking.idColumn(), tracking.versionColumn())) {
      Column column = Column.of(name, new DataType.LongType());
      columns.add(column);
      fields.add(StoredField.of(column));
    }
    return new TableShape(
        new TableSchema(columns), partitionColumns, fields, constraints, complete, codec);
  }

  /** For rows of one partition that were rows of the table before, and only move. */
  public static TableShape ofMovedRows(DeltaSnapshot snapshot) {
    TableShape all = of(snapshot);
    List<Column> columns =
        snapshot.schema().columns().stream()
            .filter(column -> !snapshot.partitionColumns().contains(column.name()))
            .toList();
    return new TableShape(
            new TableSchema(columns.stream().map(TableShape::plain).toList()),
            List.of(),
            columns.stream().map(all::stored).toList(),
            Map.of(),
            true,
            all.codec())
        .withRowIds(snapshot);
  }

  private static Column plain(Column column) {
    return new Column(column.name(), column.type(), column.nullable(), column.comment());
  }

  /** With a column more that is no part of the table, for rows that were rows of it already. */
  public TableShape with(Column column) {
    List<Column> columns =
        new ArrayList<>(schema.columns().stream().map(TableShape::plain).toList());
    columns.add(column);
    List<StoredField> fields = new ArrayList<>(stored);
    fields.add(StoredField.of(column));
    return new TableShape(
        new TableSchema(columns), partitionColumns, fields, Map.of(), true, codec);
  }

  /** The field of a column. */
  StoredField stored(Column column) {
    return stored.get(schema.columns().indexOf(column));
  }

  /** The fields that files have: partition values are in the log. */
  List<StoredField> inFiles() {
    return schema.columns().stream()
        .filter(column -> !partitionColumns.contains(column.name()))
        .map(this::stored)
        .toList();
  }
}
