package io.boathouse.table.compute;

import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.table.type.StoredField;
import java.util.List;
import java.util.stream.Collectors;

/** The numbers of fields as DuckDB's COPY takes them. */
final class FieldIds {
  private FieldIds() {}

  /** The members of the option. */
  static String of(List<StoredField> fields) {
    return fields.stream().map(FieldIds::member).collect(Collectors.joining(", "));
  }

  private static String member(StoredField field) {
    String name = SqlText.identifier(field.name());
    return field.inside().isEmpty()
        ? name + ": " + field.number()
        : "%s: {__duckdb_field_id: %d, %s}".formatted(name, field.number(), of(field.inside()));
  }
}
