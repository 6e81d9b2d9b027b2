package io.boathouse.table.write;

import io.boathouse.table.compute.TargetRows;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.delta.FileStatistics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the files that rows go out of: those that lose all go, those that lose few keep
 * the others and get a deletion vector, the rest is written again.
 *
 * @param marked files with the numbers that {@link TargetRows} gave them
 * @param copied rows that are written again without a change
 */
record FilePlan(
    List<DataFile> emptied, Map<Integer, DataFile> marked, List<DataFile> rewritten, long copied) {
  /** The share of a file's rows up to which a deletion vector marks them. */
  static final String MAX_SHARE = "boathouse.deletionVectors.maxShare";

  private static final double DEFAULT_SHARE = 0.2;

  static FilePlan of(DeltaSnapshot base, TargetRows target, Map<Integer, Long> gone) {
    boolean marking = "true".equals(base.properties().get("delta.enableDeletionVectors"));
    double share = marking ? share(base.properties().get(MAX_SHARE)) : -1;
    List<DataFile> emptied = new ArrayList<>();
    Map<Integer, DataFile> marked = new HashMap<>();
    List<DataFile> rewritten = new ArrayList<>();
    long copied = 0;
    for (Map.Entry<Integer, Long> entry : gone.entrySet()) {
      DataFile file = target.file(entry.getKey());
      long rows = file.rows().orElse(Long.MAX_VALUE);
      Optional<Long> physical = file.statistics().map(FileStatistics::rows);
      if (entry.getValue() >= rows) {
        emptied.add(file);
      } else if (physical.isPresent()
          && physical.get() - rows + entry.getValue() <= share * physical.get()) {
        marked.put(entry.getKey(), file);
      } else {
        rewritten.add(file);
        copied += rows == Long.MAX_VALUE ? 0 : rows - entry.getValue();
      }
    }
    return new FilePlan(emptied, marked, rewritten, copied);
  }

  private static double share(@Nullable String property) {
    try {
      return property == null ? DEFAULT_SHARE : Double.parseDouble(property);
    } catch (NumberFormatException e) {
      return DEFAULT_SHARE;
    }
  }

  /** All files that rows go out of. */
  List<DataFile> touched() {
    List<DataFile> all = new ArrayList<>(emptied);
    all.addAll(marked.values());
    all.addAll(rewritten);
    return all;
  }

  /** Files that are no part of the next version. */
  List<DataFile> removed() {
    List<DataFile> all = new ArrayList<>(emptied);
    all.addAll(rewritten);
    return all;
  }

  /** All positions in a marked file that do not count any more. */
  static long[] positions(DataFile file, long[] gone) {
    long[] before = file.deletedRows().map(DataFile.DeletedRows::positions).orElse(new long[0]);
    return LongStream.concat(LongStream.of(before), LongStream.of(gone)).toArray();
  }
}
