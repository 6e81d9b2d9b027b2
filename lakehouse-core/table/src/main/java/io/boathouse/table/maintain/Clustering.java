package io.boathouse.table.maintain;

import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Which files of a clustered table have to be ordered anew. Files that were ordered together are a
 * cube, by tags as Delta's own writers set them. A cube that has grown large stays as it is; files
 * that came since are ordered together with the cubes that have not, so that each row is written
 * again a few times and not with every run.
 */
final class Clustering {
  private static final String CUBE = "ZCUBE_ID";
  private static final String COLUMNS = "ZCUBE_ZORDER_BY";
  private static final String CURVE = "ZCUBE_ZORDER_CURVE";

  /** A cube of so many files' sizes is large. */
  private static final int LARGE = 8;

  private final List<String> columns;
  private final Map<StoragePath, String> cubes;
  private final long large;

  /**
   * @param target about how large a file shall be, in bytes
   */
  Clustering(DeltaSnapshot snapshot, List<String> columns, long target) {
    this.columns = columns;
    this.large = target * LARGE;
    this.cubes =
        columns.isEmpty() ? Map.of() : snapshot.tagged(CUBE, Map.of(COLUMNS, text(columns)));
  }

  boolean isOn() {
    return !columns.isEmpty();
  }

  /** Files to be ordered together; none if that would change nothing. */
  List<DataFile> due(List<DataFile> files) {
    Map<String, Long> sizes = new HashMap<>();
    files.forEach(file -> sizes.merge(cubes.getOrDefault(file.path(), ""), file.size(), Long::sum));
    List<DataFile> fresh = new ArrayList<>();
    List<DataFile> growing = new ArrayList<>();
    for (DataFile file : files) {
      String cube = cubes.getOrDefault(file.path(), "");
      if (cube.isEmpty() || Bins.isWorn(file)) {
        fresh.add(file);
      } else if (sizes.getOrDefault(cube, 0L) < large) {
        growing.add(file);
      }
    }
    long small = growing.stream().map(file -> cubes.get(file.path())).distinct().count();
    if (fresh.isEmpty() && small <= 1) {
      return List.of();
    }
    fresh.addAll(growing);
    return fresh;
  }

  /** What tells that files were ordered together. */
  Map<String, String> tags() {
    return columns.isEmpty()
        ? Map.of()
        : Map.of(CUBE, UUID.randomUUID().toString(), COLUMNS, text(columns), CURVE, "hilbert");
  }

  private static String text(List<String> columns) {
    return Json.writeText(columns);
  }
}
