package io.boathouse.table.compute;

import io.boathouse.platform.storage.StoragePath;
import java.util.UUID;

/** The names of data files, by which our own are told from other writers'. */
public final class DataFileNames {
  private static final String PREFIX = "part-bh-";
  private static final String SUFFIX = ".snappy.parquet";

  private DataFileNames() {}

  /** A name that no other file has. */
  public static StoragePath next() {
    return StoragePath.of(PREFIX + UUID.randomUUID() + SUFFIX);
  }

  static boolean isOurs(StoragePath path) {
    return path.value().startsWith(PREFIX) && path.value().endsWith(".parquet");
  }
}
