package io.boathouse.registry.version;

import io.boathouse.registry.model.RegistryErrors;

/** MLflow's stages; aliases have taken their place, but clients still use them. */
public enum Stage {
  NONE("None"),
  STAGING("Staging"),
  PRODUCTION("Production"),
  ARCHIVED("Archived");

  private final String text;

  Stage(String text) {
    this.text = text;
  }

  /** The spelling on the wire and in the database. */
  public String text() {
    return text;
  }

  /**
   * Reads a stage in any case.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if there is no such stage
   */
  public static Stage parse(String text) {
    for (Stage stage : values()) {
      if (stage.text.equalsIgnoreCase(text)) {
        return stage;
      }
    }
    throw RegistryErrors.invalidStage(text);
  }

  /** Whether older versions can make room in this stage. */
  boolean isActive() {
    return this == STAGING || this == PRODUCTION;
  }
}
