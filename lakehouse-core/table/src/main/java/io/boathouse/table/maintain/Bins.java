package io.boathouse.table.maintain;

import io.boathouse.table.delta.DataFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which files are rewritten together. */
final class Bins {
  /** A file with more of its rows deleted is rewritten without them. */
  private static final double MOST_DELETED = 0.05;

  private Bins() {}

  /** Files of one partition, which become one or more others. */
  record Bin(Map<String, @Nullable String> partitionValues, List<DataFile> files) {
    long bytes() {
      return files.stream().mapToLong(DataFile::size).sum();
    }
  }

  /** All files, those of a partition together. */
  static List<Bin> whole(List<DataFile> files) {
    List<Bin> bins = new ArrayList<>();
    for (var partition : byPartition(files).entrySet()) {
      bins.add(new Bin(partition.getKey(), partition.getValue()));
    }
    return bins;
  }

  /** Small files and those with many deleted rows, packed to about the target size. */
  static List<Bin> small(List<DataFile> files, long target) {
    List<DataFile> candidates =
        files.stream().filter(file -> file.size() < target || isWorn(file)).toList();
    List<Bin> bins = new ArrayList<>();
    for (var partition : byPartition(candidates).entrySet()) {
      bins.addAll(packed(partition.getKey(), partition.getValue(), target));
    }
    return bins.stream()
        .filter(bin -> bin.files().size() > 1 || isWorn(bin.files().getFirst()))
        .toList();
  }

  private static List<Bin> packed(
      Map<String, @Nullable String> partition, List<DataFile> files, long target) {
    List<Bin> bins = new ArrayList<>();
    List<DataFile> open = new ArrayList<>();
    long bytes = 0;
    for (DataFile file :
        files.stream()
            .sorted(Comparator.comparingLong(DataFile::size).thenComparing(DataFile::path))
            .toList()) {
      if (!open.isEmpty() && bytes + file.size() > target) {
        bins.add(new Bin(partition, List.copyOf(open)));
        open.clear();
        bytes = 0;
      }
      open.add(file);
      bytes += file.size();
    }
    if (!open.isEmpty()) {
      bins.add(new Bin(partition, List.copyOf(open)));
    }
    return bins;
  }

  static boolean isWorn(DataFile file) {
    if (file.deletedRows().isEmpty()) {
      return false;
    }
    long deleted = file.deletedRows().get().count();
    return file.rows().map(rows -> deleted > (rows + deleted) * MOST_DELETED).orElse(true);
  }

  private static Map<Map<String, @Nullable String>, List<DataFile>> byPartition(
      List<DataFile> files) {
    Map<Map<String, @Nullable String>, List<DataFile>> groups = new LinkedHashMap<>();
    files.forEach(
        file -> groups.computeIfAbsent(file.partitionValues(), key -> new ArrayList<>()).add(file));
    return groups;
  }
}
