package io.boathouse.table.read;

import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.delta.FileStatistics;
import io.boathouse.table.delta.FileStatistics.ColumnStatistics;
import io.boathouse.table.read.Predicate.Compare;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells which files can have rows that meet a condition, by their partition and their statistics.
 * In doubt a file can. Bounds may be wider than the values, so they never prove that a row is
 * there.
 */
public final class Pruning {
  private final TableSchema schema;
  private final List<String> partitionColumns;
  private final Predicate predicate;

  public Pruning(TableSchema schema, List<String> partitionColumns, Predicate predicate) {
    this.schema = schema;
    this.partitionColumns = List.copyOf(partitionColumns);
    this.predicate = predicate;
  }

  /** The files of a version of which some row may meet the condition. */
  static List<DataFile> files(DeltaSnapshot snapshot, Predicate predicate) {
    if (predicate.columns().isEmpty()) {
      return snapshot.files();
    }
    Pruning pruning = new Pruning(snapshot.schema(), snapshot.partitionColumns(), predicate);
    return snapshot.files().stream().filter(pruning::mayMatch).toList();
  }

  /** Whether some row of the file may meet the condition. */
  public boolean mayMatch(DataFile file) {
    return mayMatch(predicate, file);
  }

  private boolean mayMatch(Predicate part, DataFile file) {
    return switch (part) {
      case Predicate.And and -> and.parts().stream().allMatch(one -> mayMatch(one, file));
      case Predicate.Or or -> or.parts().stream().anyMatch(one -> mayMatch(one, file));
      case Predicate.IsNull isNull -> values(isNull.column(), file).mayHaveNull();
      case Predicate.IsNotNull isNotNull -> values(isNotNull.column(), file).mayHaveValue();
      case Predicate.In in -> {
        Values values = values(in.column(), file);
        yield in.values().stream().anyMatch(values::mayHold);
      }
      case Predicate.Within within -> {
        Values values = values(within.column(), file);
        yield values.mayHaveValue()
            && values.max().map(max -> compare(max, within.low()) >= 0).orElse(true)
            && values.min().map(min -> compare(min, within.high()) <= 0).orElse(true);
      }
      case Compare compare -> {
        Values values = values(compare.column(), file);
        yield values.mayHaveValue() && mayMatch(values, compare);
      }
    };
  }

  private static boolean mayMatch(Values values, Compare compare) {
    Comparable<?> value = compare.value();
    boolean isAbove =
        switch (compare.operator()) {
          case EQUAL, LESS, LESS_OR_EQUAL -> false;
          case NOT_EQUAL, GREATER, GREATER_OR_EQUAL -> true;
        };
    if (isAbove && values.mayHaveNan()) {
      return true;
    }
    return switch (compare.operator()) {
      case EQUAL -> values.mayHold(value);
      case NOT_EQUAL -> !values.areAll(value);
      case LESS -> values.min().map(min -> compare(min, value) < 0).orElse(true);
      case LESS_OR_EQUAL -> values.min().map(min -> compare(min, value) <= 0).orElse(true);
      case GREATER -> values.max().map(max -> compare(max, value) > 0).orElse(true);
      case GREATER_OR_EQUAL -> values.max().map(max -> compare(max, value) >= 0).orElse(true);
    };
  }

  /**
   * What is known of a column's values in a file.
   *
   * @param mayHaveNan whether there may be NaN, which is greater than every number and which the
   *     bounds need not count
   */
  private record Values(
      Optional<Comparable<?>> min,
      Optional<Comparable<?>> max,
      boolean mayHaveNull,
      boolean mayHaveValue,
      boolean mayHaveNan) {
    static final Values UNKNOWN = new Values(Optional.empty(), Optional.empty(), true, true, true);

    boolean mayHold(Comparable<?> value) {
      return mayHaveValue
          && min.map(least -> compare(least, value) <= 0).orElse(true)
          && max.map(most -> compare(most, value) >= 0).orElse(true);
    }

    boolean areAll(Comparable<?> value) {
      return min.isPresent()
          && max.isPresent()
          && compare(min.get(), value) == 0
          && compare(max.get(), value) == 0;
    }
  }

  private Values values(String name, DataFile file) {
    var column = schema.column(name);
    if (column.isEmpty()) {
      return Values.UNKNOWN;
    }
    if (partitionColumns.contains(column.get().name())) {
      String text = file.partitionValues().get(column.get().name());
      return partition(text, column.get().type());
    }
    return file.statistics().map(statistics -> of(statistics, column.get())).orElse(Values.UNKNOWN);
  }

  private static Values partition(@Nullable String text, DataType type) {
    if (text == null || text.isEmpty()) {
      return new Values(Optional.empty(), Optional.empty(), true, false, false);
    }
    Optional<Comparable<?>> value = ColumnValues.parse(text, type);
    return new Values(
        value.flatMap(one -> bound(one, type, -1)),
        value.flatMap(one -> bound(one, type, 1)),
        false,
        true,
        isFloating(type));
  }

  private static Values of(FileStatistics statistics, Column column) {
    ColumnStatistics about = statistics.columns().get(column.name());
    if (about == null) {
      return Values.UNKNOWN;
    }
    DataType type = column.type();
    Optional<Long> nulls = about.nulls();
    return new Values(
        about.min().flatMap(one -> bound(one, type, -1)),
        about.max().flatMap(one -> bound(one, type, 1)),
        nulls.map(count -> count > 0).orElse(true),
        nulls.map(count -> count < statistics.rows()).orElse(true),
        isFloating(type));
  }

  private static boolean isFloating(DataType type) {
    return type instanceof DataType.FloatType || type instanceof DataType.DoubleType;
  }

  /**
   * A bound that holds although constants are rounded to the type before they are compared: two
   * steps further out. One that is no number is none.
   */
  private static Optional<Comparable<?>> bound(Comparable<?> value, DataType type, int way) {
    if (!isFloating(type) || !(value instanceof Number number)) {
      return Optional.of(value);
    }
    if (Double.isNaN(number.doubleValue())) {
      return Optional.empty();
    }
    double towards = way * Double.POSITIVE_INFINITY;
    if (type instanceof DataType.FloatType) {
      float once = Math.nextAfter(number.floatValue(), towards);
      return Optional.of((double) Math.nextAfter(once, towards));
    }
    return Optional.of(Math.nextAfter(Math.nextAfter(number.doubleValue(), towards), towards));
  }

  /** Both are values of one column, so of one class, or numbers. */
  @SuppressWarnings("unchecked") // see above
  private static int compare(Comparable<?> left, Comparable<?> right) {
    if (left instanceof Double a && right instanceof Double b) {
      return a.doubleValue() == b.doubleValue() ? 0 : a.compareTo(b);
    }
    if (left instanceof Number a && right instanceof Number b && a.getClass() != b.getClass()) {
      return new BigDecimal(a.toString()).compareTo(new BigDecimal(b.toString()));
    }
    if (left instanceof String a && right instanceof String b) {
      return compareCodePoints(a, b);
    }
    return ((Comparable<Object>) left).compareTo(right);
  }

  /** As the bytes of UTF-8 compare, which the engine and the bounds go by. */
  private static int compareCodePoints(String left, String right) {
    int length = Math.min(left.length(), right.length());
    for (int i = 0; i < length; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean pairs = Character.isSurrogate(a) != Character.isSurrogate(b);
        return pairs ? (Character.isSurrogate(a) ? 1 : -1) : Character.compare(a, b);
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
