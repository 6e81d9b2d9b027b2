package io.boathouse.registry.model;

import io.boathouse.catalog.securable.FullName;

/**
 * How the names of MLflow clients map to the tree: a bare name lies in the default schema, a name
 * of three parts is a full name, and no other form exists.
 */
public final class ModelNames {
  /**
   * The MLflow name of a model {@code m} whose securable is {@code s}; {@code :prefix} is bound to
   * {@link #prefix}.
   */
  public static final String SQL =
      """
      CASE WHEN starts_with(s.full_name, :prefix) THEN m.spelling
           ELSE left(s.full_name, length(s.full_name) - length(s.name)) || m.spelling END\
      """;

  private final FullName schema;

  /**
   * @param defaultSchema where bare names lie, such as {@code main.default}
   */
  public ModelNames(String defaultSchema) {
    this.schema = FullName.parse(defaultSchema);
    if (schema.parts().size() != 2) {
      throw new IllegalArgumentException(
          "default_schema: " + defaultSchema + " (expected: catalog.schema)");
    }
  }

  /**
   * Reads a name as an MLflow client gives it.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if the catalog cannot hold
   *     it
   */
  public FullName parse(String name) {
    if (name.indexOf(':') >= 0) {
      throw RegistryErrors.invalidName(name, "has the character ':'");
    }
    long dots = name.chars().filter(c -> c == '.').count();
    if (dots == 0) {
      return schema.child(name);
    }
    if (dots != 2) {
      throw RegistryErrors.invalidName(name, "has neither one part nor three");
    }
    return FullName.parse(name);
  }

  /** The last part of a name as it was spelled. */
  static String spelling(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** What precedes a full name in the default schema, dot included. */
  public String prefix() {
    return schema + ".";
  }

  /** How MLflow clients call a model. */
  public String mlflowName(FullName name, String spelling) {
    return name.parent().equals(schema) ? spelling : name.parent() + "." + spelling;
  }
}
