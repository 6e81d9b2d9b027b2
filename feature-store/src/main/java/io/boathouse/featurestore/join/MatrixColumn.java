package io.boathouse.featurestore.join;

/**
 * One column of a {@link TrainingMatrix}. Whatever the type, the file holds a float64 per row, and
 * NaN for null.
 */
public record MatrixColumn(String name, Type type, Role role) {

  /** What the float64 stands for. */
  public enum Type {
    DOUBLE,
    FLOAT,
    /** A whole number of at most 2^53 in magnitude. */
    LONG,
    /** 0 or 1. */
    BOOLEAN,
    /** Microseconds since 1970-01-01T00:00:00Z. */
    TIMESTAMP
  }

  /** What the column is for. */
  public enum Role {
    FEATURE,
    LABEL,
    /** The block that rows are resampled by, such as the day. */
    GROUP,
    KEY,
    TIME
  }

  /** Refuses an empty or oversized name. */
  public MatrixColumn {
    if (name.isEmpty() || name.length() > 255) {
      throw MatrixErrors.invalid("columns.name", name, "must have 1 to 255 characters");
    }
  }

  /** A double that a model may learn from. */
  public static MatrixColumn feature(String name) {
    return new MatrixColumn(name, Type.DOUBLE, Role.FEATURE);
  }

  /** What a model learns to predict. */
  public static MatrixColumn label(String name) {
    return new MatrixColumn(name, Type.DOUBLE, Role.LABEL);
  }

  /** A whole number that names the row's block. */
  public static MatrixColumn group(String name) {
    return new MatrixColumn(name, Type.LONG, Role.GROUP);
  }

  /** A whole number that names the row. */
  public static MatrixColumn key(String name) {
    return new MatrixColumn(name, Type.LONG, Role.KEY);
  }

  /** The instant that the row's features are as of. */
  public static MatrixColumn time(String name) {
    return new MatrixColumn(name, Type.TIMESTAMP, Role.TIME);
  }
}
