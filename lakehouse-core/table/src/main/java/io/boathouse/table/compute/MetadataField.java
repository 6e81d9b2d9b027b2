package io.boathouse.table.compute;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What a query may ask of a row besides the table's columns, as {@code _metadata.row_id}. Files are
 * named as the table's log names them, so that nobody learns where a store keeps them.
 */
public enum MetadataField {
  ROW_ID("BIGINT"),
  ROW_COMMIT_VERSION("BIGINT"),
  FILE_PATH("VARCHAR"),
  FILE_NAME("VARCHAR"),
  FILE_SIZE("BIGINT"),
  FILE_MODIFICATION_TIME("TIMESTAMP WITH TIME ZONE");

  /** The column that has the fields. */
  public static final String STRUCT = "_metadata";

  private final String type;

  MetadataField(String type) {
    this.type = type;
  }

  /** The field of a name, whatever its case. */
  public static Optional<MetadataField> of(String name) {
    return Arrays.stream(values()).filter(field -> field.field().equalsIgnoreCase(name)).findAny();
  }

  String field() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The engine's word for it. */
  String type() {
    return type;
  }
}
