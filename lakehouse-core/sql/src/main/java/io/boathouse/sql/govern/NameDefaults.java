package io.boathouse.sql.govern;

import io.boathouse.catalog.securable.FullName;
import java.util.List;
import java.util.Optional;

/** Where names of fewer than three parts are looked up. */
public record NameDefaults(String catalog, String schema) {
  /** The catalog and schema of a first start. */
  public static final NameDefaults STANDARD = new NameDefaults("main", "default");

  /** These, unless others are given and not empty. */
  public NameDefaults with(Optional<String> otherCatalog, Optional<String> otherSchema) {
    return new NameDefaults(
        otherCatalog.filter(name -> !name.isEmpty()).orElse(catalog),
        otherSchema.filter(name -> !name.isEmpty()).orElse(schema));
  }

  /**
   * The full name of a table.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if a part cannot be a name
   */
  public FullName table(List<String> path) {
    return switch (path.size()) {
      case 1 -> FullName.of(catalog, schema, path.get(0));
      case 2 -> FullName.of(catalog, path.get(0), path.get(1));
      case 3 -> FullName.of(path.get(0), path.get(1), path.get(2));
      default -> throw GovernErrors.invalidTableName(path, "has more than three parts");
    };
  }

  /** The full name of a schema. */
  public FullName schema(List<String> path) {
    return switch (path.size()) {
      case 1 -> FullName.of(catalog, path.get(0));
      case 2 -> FullName.of(path.get(0), path.get(1));
      default -> throw GovernErrors.invalidTableName(path, "has more than two parts");
    };
  }
}
