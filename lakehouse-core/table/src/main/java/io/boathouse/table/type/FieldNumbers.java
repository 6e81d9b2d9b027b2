package io.boathouse.table.type;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * The numbers by which readers of Iceberg find columns and the fields inside them in our Parquet
 * files. They come from the names, so that a column has the same number in every version and every
 * file, wherever it stands. Tables that map their columns have numbers of their own.
 */
public final class FieldNumbers {
  /** Iceberg keeps the largest numbers for itself. */
  private static final int BITS = 30;

  private FieldNumbers() {}

  /** The number of a column. */
  public static int of(String column) {
    return number(column);
  }

  /** The number of what is inside a field: a struct's field, an element, a key or a value. */
  public static int inside(int field, String name) {
    return number(field + "\u0000" + name);
  }

  private static int number(String text) {
    CRC32 sum = new CRC32();
    sum.update(text.getBytes(StandardCharsets.UTF_8));
    return (int) (sum.getValue() & ((1L << BITS) - 1)) + 1;
  }
}
