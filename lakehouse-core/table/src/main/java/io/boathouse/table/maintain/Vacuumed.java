package io.boathouse.table.maintain;

import io.boathouse.platform.storage.StoragePath;
import java.util.List;

/**
 * What VACUUM deleted, or would delete.
 *
 * @param files the first of them, at most a thousand
 * @param count of all
 * @param bytes of all
 */
public record Vacuumed(List<StoragePath> files, long count, long bytes, boolean dryRun) {
  public Vacuumed {
    files = List.copyOf(files);
  }
}
