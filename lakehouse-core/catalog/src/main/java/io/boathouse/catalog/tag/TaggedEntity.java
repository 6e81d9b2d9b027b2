package io.boathouse.catalog.tag;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a tag can be set on.
 *
 * @param column the column of the table; empty for the securable itself
 */
public record TaggedEntity(SecurableType type, FullName name, Optional<String> column) {
  private static final String COLUMNS = "columns";

  /** The securable itself. */
  public static TaggedEntity of(SecurableType type, FullName name) {
    return new TaggedEntity(type, name, Optional.empty());
  }

  /** A column of a table. */
  public static TaggedEntity column(FullName table, String column) {
    return new TaggedEntity(SecurableType.TABLE, table, Optional.of(column));
  }

  /** Reads type and name as Databricks' clients write them, such as columns and a.b.c.d. */
  static TaggedEntity parse(String entityType, String entityName) {
    String kind = entityType.toLowerCase(Locale.ROOT);
    if (kind.equals(COLUMNS)) {
      List<String> parts = Arrays.asList(entityName.split("\\.", 4));
      if (parts.size() < 4 || parts.get(3).isEmpty()) {
        throw TagErrors.invalid("entity_name", entityName, "catalog.schema.table.column");
      }
      FullName table = FullName.parse(SecurableType.TABLE, String.join(".", parts.subList(0, 3)));
      return column(table, parts.get(3));
    }
    SecurableType type =
        switch (kind) {
          case "catalogs" -> SecurableType.CATALOG;
          case "schemas" -> SecurableType.SCHEMA;
          case "tables" -> SecurableType.TABLE;
          case "volumes" -> SecurableType.VOLUME;
          case "functions" -> SecurableType.FUNCTION;
          case "registered_models", "models" -> SecurableType.REGISTERED_MODEL;
          default ->
              throw TagErrors.invalid(
                  "entity_type",
                  entityType,
                  "catalogs, schemas, tables, columns, volumes, functions or registered_models");
        };
    return of(type, FullName.parse(type, entityName));
  }

  String entityType() {
    return column.isPresent() ? COLUMNS : type.name().toLowerCase(Locale.ROOT) + "s";
  }

  String entityName() {
    return column.map(part -> name + "." + part).orElseGet(name::toString);
  }
}
