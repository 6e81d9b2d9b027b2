package io.boathouse.sql.govern;

import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.table.read.Predicate;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Conditions as SQL that cannot fail: columns are compared with values of their own types only. */
final class LeakproofSql {
  private final TableSchema schema;

  private LeakproofSql(TableSchema schema) {
    this.schema = schema;
  }

  /**
   * @return a condition that every row meets which meets the given one; empty if all rows do
   */
  static Optional<String> of(Predicate predicate, TableSchema schema) {
    return new LeakproofSql(schema).sql(predicate);
  }

  private Optional<String> sql(Predicate predicate) {
    return switch (predicate) {
      case Predicate.And and -> {
        List<String> parts = and.parts().stream().flatMap(part -> sql(part).stream()).toList();
        yield parts.isEmpty() ? Optional.empty() : Optional.of(joined(parts, " AND "));
      }
      case Predicate.Or or -> {
        List<String> parts = new ArrayList<>();
        for (Predicate part : or.parts()) {
          sql(part).ifPresent(parts::add);
        }
        yield parts.size() < or.parts().size() || parts.isEmpty()
            ? Optional.empty()
            : Optional.of(joined(parts, " OR "));
      }
      case Predicate.IsNull isNull -> Optional.of(column(isNull.column()) + " IS NULL");
      case Predicate.IsNotNull isNotNull ->
          Optional.of(column(isNotNull.column()) + " IS NOT NULL");
      case Predicate.In in ->
          !in.values().isEmpty() && in.values().stream().allMatch(value -> fits(in.column(), value))
              ? Optional.of(
                  in.values().stream()
                      .map(SqlText::literal)
                      .collect(Collectors.joining(", ", column(in.column()) + " IN (", ")")))
              : Optional.empty();
      case Predicate.Within within ->
          fits(within.column(), within.low()) && fits(within.column(), within.high())
              ? Optional.of(
                  column(within.column())
                      + " BETWEEN "
                      + SqlText.literal(within.low())
                      + " AND "
                      + SqlText.literal(within.high()))
              : Optional.empty();
      case Predicate.Compare compare ->
          fits(compare.column(), compare.value())
              ? Optional.of(
                  column(compare.column())
                      + sign(compare.operator())
                      + SqlText.literal(compare.value()))
              : Optional.empty();
    };
  }

  private boolean fits(String name, Comparable<?> value) {
    return schema
        .column(name)
        .map(Column::type)
        .filter(
            type ->
                switch (type) {
                  case DataType.ByteType t -> value instanceof Long;
                  case DataType.ShortType t -> value instanceof Long;
                  case DataType.IntegerType t -> value instanceof Long;
                  case DataType.LongType t -> value instanceof Long;
                  case DataType.StringType t -> value instanceof String;
                  case DataType.DateType t -> value instanceof LocalDate;
                  case DataType.TimestampType t -> value instanceof Instant;
                  case DataType.TimestampNtzType t -> value instanceof LocalDateTime;
                  default -> false;
                })
        .isPresent();
  }

  private static String sign(Predicate.Operator operator) {
    return switch (operator) {
      case EQUAL -> " = ";
      case NOT_EQUAL -> " <> ";
      case LESS -> " < ";
      case LESS_OR_EQUAL -> " <= ";
      case GREATER -> " > ";
      case GREATER_OR_EQUAL -> " >= ";
    };
  }

  private static String column(String name) {
    return FunctionExpansion.BASE + "." + SqlText.identifier(name);
  }

  private static String joined(List<String> parts, String word) {
    return parts.stream().collect(Collectors.joining(word, "(", ")"));
  }
}
