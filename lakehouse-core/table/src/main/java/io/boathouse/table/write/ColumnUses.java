package io.boathouse.table.write;

import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What in a table means a column by its name, so that the name must stay what it is. */
final class ColumnUses {
  private static final String STATISTICS = "delta.dataSkippingStatsColumns";

  private final DeltaSnapshot table;

  private ColumnUses(DeltaSnapshot table) {
    this.table = table;
  }

  static ColumnUses of(DeltaSnapshot table) {
    return new ColumnUses(table);
  }

  /** Whether there is a column, or a field inside one. */
  static boolean exists(TableSchema schema, List<String> path) {
    Optional<Column> found = schema.column(path.getFirst());
    for (int i = 1; i < path.size() && found.isPresent(); i++) {
      String name = path.get(i);
      found =
          found.get().type() instanceof DataType.StructType struct
              ? struct.field(name)
              : Optional.empty();
    }
    return found.isPresent();
  }

  /**
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION naming the use
   */
  void requireNone(List<String> path) {
    String name = String.join(".", path);
    String lower = name.toLowerCase(Locale.ROOT);
    requireNoExpression(path);
    if (table.partitionColumns().stream().anyMatch(name::equalsIgnoreCase)) {
      throw TableErrors.columnInUse(name, "the table is partitioned by it");
    }
    for (String column : table.facts().clusteringColumns()) {
      if ((column + ".").toLowerCase(Locale.ROOT).startsWith(lower + ".")) {
        throw TableErrors.columnInUse(name, "the table is clustered by it");
      }
    }
    if (mentions(table.properties().getOrDefault(STATISTICS, ""), path.getLast())) {
      throw TableErrors.columnInUse(name, "the property " + STATISTICS + " names it");
    }
  }

  /**
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION naming the expression
   */
  void requireNoExpression(List<String> path) {
    table
        .constraints()
        .forEach(
            (name, expression) -> {
              if (mentions(expression, path.getFirst()) && mentions(expression, path.getLast())) {
                throw TableErrors.columnInUse(
                    String.join(".", path),
                    "the constraint '%s' is about it: %s".formatted(name, expression));
              }
            });
  }

  /** Whether the text has the name as a word: it may be no column there, and then it is kept. */
  private static boolean mentions(String expression, String name) {
    return Pattern.compile(
            "(?<![\\p{L}\\p{N}_])" + Pattern.quote(name) + "(?![\\p{L}\\p{N}_])",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
        .matcher(expression)
        .find();
  }
}
