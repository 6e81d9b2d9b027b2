package io.boathouse.table.read;

import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.FileStatistics;
import io.boathouse.table.delta.FileStatistics.ColumnStatistics;
import io.boathouse.table.read.TableStatistics.OfColumn;
import io.boathouse.table.type.Column;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/** Makes one statement of what the files of a version say. */
final class Aggregation {
  private Aggregation() {}

  static TableStatistics of(Snapshot snapshot) {
    List<DataFile> files = snapshot.files();
    Map<String, OfColumn> columns = new HashMap<>();
    for (Column column : snapshot.schema().columns()) {
      List<Optional<ColumnStatistics>> found =
          files.stream().map(file -> ofColumn(file, column.name())).toList();
      columns.put(
          column.name(),
          new OfColumn(
              all(found, ColumnStatistics::min, (a, b) -> compare(a, b) <= 0 ? a : b),
              all(found, ColumnStatistics::max, (a, b) -> compare(a, b) >= 0 ? a : b),
              all(found, ColumnStatistics::nulls, Long::sum)));
    }
    return new TableStatistics(
        snapshot.version(),
        snapshot.at(),
        snapshot.rows(),
        files.size(),
        files.stream().mapToLong(DataFile::size).sum(),
        columns);
  }

  private static Optional<ColumnStatistics> ofColumn(DataFile file, String column) {
    return file.statistics()
        .map(FileStatistics::columns)
        .flatMap(columns -> Optional.ofNullable(columns.get(column)));
  }

  /** A file with nothing but nulls has no bounds, and does not hide those of the others. */
  private static <T> Optional<T> all(
      List<Optional<ColumnStatistics>> files,
      Function<ColumnStatistics, Optional<T>> part,
      BinaryOperator<T> together) {
    return files.stream().allMatch(Optional::isPresent)
        ? files.stream().flatMap(file -> part.apply(file.orElseThrow()).stream()).reduce(together)
        : Optional.empty();
  }

  @SuppressWarnings("unchecked") // both are values of one column, so of one class
  private static int compare(Comparable<?> one, Comparable<?> other) {
    return ((Comparable<Object>) one).compareTo(other);
  }
}
