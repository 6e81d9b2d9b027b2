package io.boathouse.table.read;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A condition on columns of the top level, simple enough to be judged by what the log says of a
 * file. Values are as in {@link io.boathouse.table.delta.FileStatistics}.
 */
public sealed interface Predicate {
  /** How a column is compared with a value; null never fulfils it. */
  enum Operator {
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL
  }

  /** {@code column operator value}. */
  record Compare(String column, Operator operator, Comparable<?> value) implements Predicate {}

  /** {@code column BETWEEN low AND high}. */
  record Within(String column, Comparable<?> low, Comparable<?> high) implements Predicate {}

  /** {@code column IN (values)}. */
  record In(String column, List<Comparable<?>> values) implements Predicate {
    public In {
      values = List.copyOf(values);
    }
  }

  /** {@code column IS NULL}. */
  record IsNull(String column) implements Predicate {}

  /** {@code column IS NOT NULL}. */
  record IsNotNull(String column) implements Predicate {}

  /** All of them; true if there are none. */
  record And(List<Predicate> parts) implements Predicate {
    public And {
      parts = List.copyOf(parts);
    }
  }

  /** At least one of them. */
  record Or(List<Predicate> parts) implements Predicate {
    public Or {
      parts = List.copyOf(parts);
    }
  }

  /** The columns that the condition is about. */
  default Set<String> columns() {
    return switch (this) {
      case Compare compare -> Set.of(compare.column());
      case Within within -> Set.of(within.column());
      case In in -> Set.of(in.column());
      case IsNull isNull -> Set.of(isNull.column());
      case IsNotNull isNotNull -> Set.of(isNotNull.column());
      case And and -> columns(and.parts());
      case Or or -> columns(or.parts());
    };
  }

  private static Set<String> columns(List<Predicate> parts) {
    return parts.stream()
        .flatMap(part -> part.columns().stream())
        .collect(Collectors.toUnmodifiableSet());
  }
}
