package io.boathouse.featurestore.expression;

import io.boathouse.featurestore.expression.Expression.Arithmetic;
import io.boathouse.featurestore.expression.Expression.Operator;
import io.boathouse.platform.duckdb.SqlText;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an expression means, as SQL of DuckDB, for columns of whole tables: the SQL that it is
 * written in, and for what has no answer (overflow, a cast that does not fit, division by zero)
 * NULL where DuckDB would fail.
 */
final class DuckRendering {
  private static final String WHOLE = "-?[0-9]{1,19}";
  private static final String NUMBER =
      "-?([0-9]{1,40}(\\.[0-9]{0,40})?|\\.[0-9]{1,40})([eE][+-]?[0-9]{1,3})?";
  private static final String DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
  private static final String TIME =
      DATE + "[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})?";
  private static final String CAPITALS = "'ABCDEFGHIJKLMNOPQRSTUVWXYZ'";
  private static final String SMALL = "'abcdefghijklmnopqrstuvwxyz'";

  private DuckRendering() {}

  static String of(Expression expression) {
    return switch (expression) {
      case Expression.Literal literal -> literal(literal.value(), literal.type());
      case Expression.Operand operand ->
          operand(SqlText.identifier(operand.name()), operand.type());
      case Arithmetic arithmetic -> arithmetic(arithmetic);
      case Expression.Negate negate ->
          negate.type() == ExpressionType.LONG
              ? "TRY_CAST(-CAST(" + of(negate.value()) + " AS HUGEINT) AS BIGINT)"
              : "(-" + of(negate.value()) + ")";
      case Expression.Comparison c ->
          "(" + of(c.left()) + " " + c.relation().symbol + " " + of(c.right()) + ")";
      case Expression.Logic logic ->
          "(" + of(logic.left()) + (logic.and() ? " AND " : " OR ") + of(logic.right()) + ")";
      case Expression.Not not -> "(NOT " + of(not.value()) + ")";
      case Expression.IsNull isNull -> "(" + of(isNull.value()) + " IS NULL)";
      case Expression.Case chosen ->
          chosen.branches().stream()
              .map(b -> " WHEN " + of(b.condition()) + " THEN " + of(b.value()))
              .collect(Collectors.joining("", "CASE", " ELSE " + of(chosen.otherwise()) + " END"));
      case Expression.Cast cast -> cast(of(cast.value()), cast.value().type(), cast.type());
      case Expression.Coalesce coalesce -> "coalesce(" + all(coalesce.values()) + ")";
      case Expression.Extreme extreme ->
          (extreme.greatest() ? "greatest(" : "least(") + all(extreme.values()) + ")";
      case Expression.Call call -> call(call.builtin(), call.arguments());
    };
  }

  private static String all(List<Expression> values) {
    return values.stream().map(DuckRendering::of).collect(Collectors.joining(", "));
  }

  /** Columns of instants may be with or without time zone; all is computed without. */
  private static String operand(String column, ExpressionType type) {
    return type == ExpressionType.TIMESTAMP ? "make_timestamp(epoch_us(" + column + "))" : column;
  }

  private static String literal(@Nullable Object value, ExpressionType type) {
    if (value == null) {
      return "CAST(NULL AS " + word(type) + ")";
    }
    return switch (type) {
      case TIMESTAMP -> "make_timestamp(" + SqlText.literal(value) + ")";
      case DATE -> "(DATE '1970-01-01' + CAST(" + value + " AS INTEGER))";
      case BOOLEAN, LONG, DOUBLE, STRING, NOTHING -> SqlText.literal(value);
    };
  }

  static String word(ExpressionType type) {
    return switch (type) {
      case BOOLEAN -> "BOOLEAN";
      case LONG, NOTHING -> "BIGINT";
      case DOUBLE -> "DOUBLE";
      case STRING -> "VARCHAR";
      case TIMESTAMP -> "TIMESTAMP";
      case DATE -> "DATE";
    };
  }

  private static String arithmetic(Arithmetic node) {
    String left = of(node.left());
    String right = of(node.right());
    Operator operator = node.operator();
    if (operator == Operator.REMAINDER) {
      return node.type() == ExpressionType.LONG
          ? "CASE WHEN %2$s = -1 THEN %1$s * 0 ELSE %1$s %% nullif(%2$s, 0) END"
              .formatted(left, right)
          : "(%s %% nullif(%s, 0))".formatted(left, right);
    }
    if (node.type() == ExpressionType.LONG) {
      return "TRY_CAST(CAST(%s AS HUGEINT) %s CAST(%s AS HUGEINT) AS BIGINT)"
          .formatted(left, operator.symbol, right);
    }
    String divisor = operator == Operator.DIVIDE ? "nullif(" + right + ", 0)" : right;
    return "(%s %s %s)".formatted(left, operator.symbol, divisor);
  }

  private static String cast(String value, ExpressionType from, ExpressionType to) {
    if (from != ExpressionType.STRING) {
      return from == ExpressionType.DATE && to == ExpressionType.STRING
          ? "CASE WHEN year(%1$s) BETWEEN 1 AND 9999 THEN CAST(%1$s AS VARCHAR) END"
              .formatted(value)
          : "TRY_CAST(" + value + " AS " + word(to) + ")";
    }
    String form =
        switch (to) {
          case LONG -> WHOLE;
          case DOUBLE -> NUMBER;
          case BOOLEAN -> "(?i)true|false";
          case DATE -> DATE;
          case TIMESTAMP -> TIME;
          case STRING, NOTHING -> "(?s).*";
        };
    String parsed = "TRY_CAST(%s AS %s)".formatted(value, word(to));
    if (to == ExpressionType.TIMESTAMP) { // a plain cast would forget the offset
      parsed = "make_timestamp(epoch_us(TRY_CAST(%s AS TIMESTAMPTZ)))".formatted(value);
    }
    return "CASE WHEN regexp_full_match(%s, %s) THEN %s END"
        .formatted(value, SqlText.literal(form), parsed);
  }

  private static String call(Builtin builtin, List<Expression> arguments) {
    String all = all(arguments);
    String first = of(arguments.getFirst());
    return switch (builtin) {
      case ABS_LONG -> "TRY_CAST(abs(CAST(" + first + " AS HUGEINT)) AS BIGINT)";
      case SQRT -> "sqrt(CASE WHEN %1$s < 0 THEN NULL ELSE %1$s END)".formatted(first);
      case LN, LOG10 ->
          "%1$s(CASE WHEN %2$s <= 0 THEN NULL ELSE %2$s END)".formatted(builtin.word(), first);
      case ASIN, ACOS ->
          "%1$s(CASE WHEN %2$s < -1 OR (%2$s > 1 AND NOT isnan(%2$s)) THEN NULL ELSE %2$s END)"
              .formatted(builtin.word(), first);
      case SIN, COS, TAN ->
          "%1$s(CASE WHEN isinf(%2$s) THEN NULL ELSE %2$s END)".formatted(builtin.word(), first);
      case LOWER -> "translate(" + first + ", " + CAPITALS + ", " + SMALL + ")";
      case UPPER -> "translate(" + first + ", " + SMALL + ", " + CAPITALS + ")";
      case LIKE -> "(" + first + " LIKE " + of(arguments.getLast()) + ")";
      case CONCAT -> "(" + first + " || " + of(arguments.getLast()) + ")";
      case STARTS_WITH,
          ENDS_WITH,
          CONTAINS,
          STRPOS,
          REPLACE,
          SUBSTRING,
          LENGTH,
          TRIM,
          LTRIM,
          RTRIM,
          ABS,
          FLOOR,
          CEIL,
          ROUND,
          EXP,
          POWER,
          ATAN,
          ATAN2,
          RADIANS,
          IS_NAN,
          YEAR,
          MONTH,
          DAY,
          DAY_OF_WEEK,
          DAY_OF_YEAR,
          HOUR,
          MINUTE,
          SECOND,
          EPOCH,
          DATE_TRUNC,
          DATE_DIFF ->
          builtin.word() + "(" + all + ")";
    };
  }
}
