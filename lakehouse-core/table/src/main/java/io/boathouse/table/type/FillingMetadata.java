package io.boathouse.table.type;

import io.delta.kernel.types.FieldMetadata;
import java.util.Optional;

/**
 * What fills a column, as Delta's schema says it: PROTOCOL.md, Default Columns, Generated Columns
 * and Identity Columns.
 */
public final class FillingMetadata {
  private static final String DEFAULT = "CURRENT_DEFAULT";
  private static final String GENERATED = "delta.generationExpression";
  private static final String START = "delta.identity.start";
  private static final String STEP = "delta.identity.step";
  private static final String LAST = "delta.identity.highWaterMark";
  private static final String EXPLICIT = "delta.identity.allowExplicitInsert";

  private FillingMetadata() {}

  static Optional<Filling> of(FieldMetadata metadata) {
    if (metadata.contains(GENERATED)) {
      return Optional.of(new Filling.Generated(metadata.getString(GENERATED)));
    }
    if (metadata.contains(START) && metadata.contains(STEP)) {
      return Optional.of(
          new Filling.Identity(
              metadata.getLong(START),
              metadata.getLong(STEP),
              metadata.contains(EXPLICIT) && metadata.getBoolean(EXPLICIT),
              metadata.contains(LAST) ? Optional.of(metadata.getLong(LAST)) : Optional.empty()));
    }
    return metadata.contains(DEFAULT)
        ? Optional.of(new Filling.Default(metadata.getString(DEFAULT)))
        : Optional.empty();
  }

  /** Says what fills a column; what is known of it besides stays. */
  public static void put(Filling filling, FieldMetadata.Builder metadata) {
    switch (filling) {
      case Filling.Default(String expression) -> metadata.putString(DEFAULT, expression);
      case Filling.Generated(String expression) -> metadata.putString(GENERATED, expression);
      case Filling.Identity identity -> {
        metadata.putLong(START, identity.start());
        metadata.putLong(STEP, identity.step());
        metadata.putBoolean(EXPLICIT, identity.explicit());
        identity.last().ifPresent(last -> metadata.putLong(LAST, last));
      }
    }
  }

  /** Takes a default away. */
  public static void removeDefault(FieldMetadata.Builder metadata) {
    metadata.remove(DEFAULT);
  }
}
