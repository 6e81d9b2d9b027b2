package io.boathouse.sql.warehouse;

import java.util.Arrays;

/** The sizes of the protocol, each with what it takes of this machine. */
public enum WarehouseSize {
  XX_SMALL("2X-Small", 4, "1GB"),
  X_SMALL("X-Small", 6, "2GB"),
  SMALL("Small", 8, "3GB"),
  MEDIUM("Medium", 12, "4GB"),
  LARGE("Large", 16, "6GB"),
  X_LARGE("X-Large", 24, "8GB"),
  XX_LARGE("2X-Large", 32, "12GB"),
  XXX_LARGE("3X-Large", 48, "16GB"),
  XXXX_LARGE("4X-Large", 64, "24GB");

  private final String label;
  private final int statements;
  private final String memory;

  WarehouseSize(String label, int statements, String memory) {
    this.label = label;
    this.statements = statements;
    this.memory = memory;
  }

  /** As the protocol spells it. */
  public String label() {
    return label;
  }

  /** How many statements one cluster runs at once. */
  int statements() {
    return statements;
  }

  /** The most memory of one instance, unless a tag says otherwise. */
  String memory() {
    return memory;
  }

  static WarehouseSize parse(String label) {
    return Arrays.stream(values())
        .filter(size -> size.label.equalsIgnoreCase(label))
        .findFirst()
        .orElseThrow(
            () ->
                WarehouseErrors.invalid(
                    "cluster_size",
                    label,
                    "one of " + Arrays.stream(values()).map(WarehouseSize::label).toList()));
  }
}
