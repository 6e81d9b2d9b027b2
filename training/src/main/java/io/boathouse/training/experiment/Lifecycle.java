package io.boathouse.training.experiment;

import java.util.List;
import java.util.Locale;

/** Whether an experiment, run or logged model is in use or was put away, restorable. */
public enum Lifecycle {
  ACTIVE,
  DELETED;

  /** Which stages a listing shows; the order is that of the wire's numbers, from 1. */
  public enum View {
    ACTIVE_ONLY,
    DELETED_ONLY,
    ALL;

    /** The stored names of the stages shown. */
    public List<String> stages() {
      return switch (this) {
        case ACTIVE_ONLY -> List.of(ACTIVE.text());
        case DELETED_ONLY -> List.of(DELETED.text());
        case ALL -> List.of(ACTIVE.text(), DELETED.text());
      };
    }
  }

  /** The name on the wire and in the database. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Lifecycle of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
