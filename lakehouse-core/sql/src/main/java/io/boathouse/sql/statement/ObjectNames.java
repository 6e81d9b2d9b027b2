package io.boathouse.sql.statement;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.sql.govern.NameDefaults;
import io.boathouse.sql.grammar.Statement.ObjectType;
import java.util.List;

/** What the names in a statement mean in the securable tree. */
final class ObjectNames {
  private ObjectNames() {}

  static SecurableType type(ObjectType type) {
    return switch (type) {
      case METASTORE -> SecurableType.METASTORE;
      case CATALOG -> SecurableType.CATALOG;
      case SCHEMA -> SecurableType.SCHEMA;
      case TABLE -> SecurableType.TABLE;
      case VOLUME -> SecurableType.VOLUME;
      case FUNCTION -> SecurableType.FUNCTION;
      case MODEL -> SecurableType.REGISTERED_MODEL;
      case EXPERIMENT -> SecurableType.EXPERIMENT;
      case SERVING_ENDPOINT -> SecurableType.SERVING_ENDPOINT;
    };
  }

  static FullName name(ObjectType type, List<String> path, NameDefaults defaults) {
    return switch (type) {
      case METASTORE -> FullName.metastore();
      case CATALOG -> {
        single(type, path);
        yield FullName.of(path.getFirst());
      }
      case SCHEMA -> defaults.schema(path);
      case TABLE, VOLUME, FUNCTION, MODEL -> defaults.table(path);
      case EXPERIMENT, SERVING_ENDPOINT -> {
        single(type, path);
        yield FullName.verbatim(path.getFirst());
      }
    };
  }

  private static void single(ObjectType type, List<String> path) {
    if (path.size() != 1) {
      throw StatementErrors.wrongParts(type(type).label(), String.join(".", path), 1);
    }
  }
}
