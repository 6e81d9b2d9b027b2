package io.boathouse.featurestore.expression;

import io.boathouse.featurestore.online.ValueType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A function of the columns of one row, compiled. The same code computes training sets and
 * requests. Immutable and thread-safe; never fails and never waits.
 */
public final class RowFunction {
  private final List<String> operands;
  private final ValueType type;
  private final Expression expression;
  private final Compiler.Code code;

  private RowFunction(List<String> operands, ValueType type, Expression expression) {
    this.operands = operands;
    this.type = type;
    this.expression = expression;
    this.code = Compiler.compile(expression);
  }

  /**
   * Reads, checks and compiles an expression.
   *
   * @param name of the function, for messages
   * @param columns that it may name, with their types
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the position and what
   *     to write instead
   */
  public static RowFunction parse(String name, String text, Map<String, ValueType> columns) {
    ColumnScope scope = new ColumnScope(columns);
    Expression expression = new ExpressionParser(name, text, scope).parse();
    ValueType type =
        expression
            .type()
            .column()
            .orElseThrow(
                () ->
                    ExpressionErrors.refused(
                        name,
                        text,
                        1,
                        "it gives " + expression.type() + ", which no column holds",
                        "CAST it to TIMESTAMP, STRING or a number."));
    return new RowFunction(List.copyOf(scope.operands()), type, expression);
  }

  /** The columns that it is computed from, in the order of {@link #apply}'s values. */
  public List<String> operands() {
    return operands;
  }

  /** The type of what it gives. */
  public ValueType type() {
    return type;
  }

  /** The same as SQL of DuckDB over columns of these names; instants as TIMESTAMPTZ. */
  public String sql() {
    String sql = DuckRendering.of(expression);
    return type == ValueType.TIMESTAMP ? "make_timestamptz(epoch_us(" + sql + "))" : sql;
  }

  /**
   * Computes on one row.
   *
   * @param row the operands in the classes of {@link ValueType}; times are replaced in place
   */
  public @Nullable Object apply(@Nullable Object[] row) {
    for (int i = 0; i < row.length; i++) {
      if (row[i] instanceof Instant time) {
        row[i] = micros(time);
      }
    }
    Object value = code.of(row);
    return type == ValueType.TIMESTAMP && value instanceof Long micros
        ? Instant.EPOCH.plus(micros, ChronoUnit.MICROS)
        : value;
  }

  /** Null beyond what 64 bits hold. */
  private static @Nullable Long micros(Instant time) {
    try {
      return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    } catch (ArithmeticException e) {
      return null;
    }
  }
}
