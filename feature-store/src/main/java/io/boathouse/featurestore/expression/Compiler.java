package io.boathouse.featurestore.expression;

import io.boathouse.featurestore.expression.Expression.Arithmetic;
import io.boathouse.featurestore.expression.Expression.Call;
import io.boathouse.featurestore.expression.Expression.Case;
import io.boathouse.featurestore.expression.Expression.Cast;
import io.boathouse.featurestore.expression.Expression.Coalesce;
import io.boathouse.featurestore.expression.Expression.Comparison;
import io.boathouse.featurestore.expression.Expression.Extreme;
import io.boathouse.featurestore.expression.Expression.IsNull;
import io.boathouse.featurestore.expression.Expression.Literal;
import io.boathouse.featurestore.expression.Expression.Logic;
import io.boathouse.featurestore.expression.Expression.Negate;
import io.boathouse.featurestore.expression.Expression.Not;
import io.boathouse.featurestore.expression.Expression.Operand;
import io.boathouse.featurestore.expression.Expression.Operator;
import io.boathouse.featurestore.expression.Expression.Relation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a checked expression into Java: a tree of closures that never fails. */
final class Compiler {
  private Compiler() {}

  /** Computes on one row. Thread-safe. */
  interface Code {
    /**
     * @param row the operands, in the classes of {@link ExpressionType}
     */
    @Nullable Object of(@Nullable Object[] row);
  }

  static Code compile(Expression expression) {
    return switch (expression) {
      case Literal literal -> {
        Object value = literal.value();
        yield row -> value;
      }
      case Operand operand -> {
        int index = operand.index();
        yield row -> row[index];
      }
      case Arithmetic arithmetic -> arithmetic(arithmetic);
      case Negate negate -> negate(negate);
      case Comparison comparison -> comparison(comparison);
      case Logic logic -> logic(logic);
      case Not not -> {
        Code value = compile(not.value());
        yield row -> value.of(row) instanceof Boolean flag ? !flag : null;
      }
      case IsNull isNull -> {
        Code value = compile(isNull.value());
        yield row -> value.of(row) == null;
      }
      case Case chosen -> chosen(chosen);
      case Cast cast -> Casts.compile(compile(cast.value()), cast.value().type(), cast.type());
      case Coalesce coalesce -> coalesce(all(coalesce.values()));
      case Extreme extreme -> extreme(extreme.greatest(), extreme.type(), all(extreme.values()));
      case Call call -> call(call.builtin(), all(call.arguments()));
    };
  }

  private static Code[] all(List<Expression> expressions) {
    return expressions.stream().map(Compiler::compile).toArray(Code[]::new);
  }

  private static Code arithmetic(Arithmetic arithmetic) {
    Code left = compile(arithmetic.left());
    Code right = compile(arithmetic.right());
    Operator operator = arithmetic.operator();
    if (arithmetic.type() == ExpressionType.LONG) {
      return row ->
          left.of(row) instanceof Long a && right.of(row) instanceof Long b
              ? whole(operator, a, b)
              : null;
    }
    return row ->
        left.of(row) instanceof Double a && right.of(row) instanceof Double b
            ? number(operator, a, b)
            : null;
  }

  private static @Nullable Long whole(Operator operator, long a, long b) {
    return switch (operator) {
      case ADD -> {
        long sum = a + b;
        yield ((a ^ sum) & (b ^ sum)) < 0 ? null : Long.valueOf(sum);
      }
      case SUBTRACT -> {
        long difference = a - b;
        yield ((a ^ b) & (a ^ difference)) < 0 ? null : Long.valueOf(difference);
      }
      case MULTIPLY -> {
        long product = a * b;
        yield Math.multiplyHigh(a, b) == product >> 63 ? Long.valueOf(product) : null;
      }
      case REMAINDER -> b == 0 ? null : Long.valueOf(a % b);
      case DIVIDE -> throw new IllegalStateException("/ of whole numbers (expected: of doubles)");
    };
  }

  private static @Nullable Double number(Operator operator, double a, double b) {
    return switch (operator) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> b == 0 ? null : Double.valueOf(a / b);
      case REMAINDER -> b == 0 ? null : Double.valueOf(a % b);
    };
  }

  private static Code negate(Negate negate) {
    Code value = compile(negate.value());
    if (negate.type() == ExpressionType.LONG) {
      return row ->
          value.of(row) instanceof Long number && number != Long.MIN_VALUE ? -number : null;
    }
    return row -> value.of(row) instanceof Double number ? -number : null;
  }

  private static Code comparison(Comparison comparison) {
    Code left = compile(comparison.left());
    Code right = compile(comparison.right());
    Relation relation = comparison.relation();
    ExpressionType type = comparison.left().type();
    return row -> {
      Object a = left.of(row);
      Object b = right.of(row);
      return (a == null || b == null) ? null : relation.holds(compare(type, a, b));
    };
  }

  /** NaN is the greatest number and equals itself; both zeros are equal. */
  private static int compare(ExpressionType type, Object a, Object b) {
    return switch (type) {
      case BOOLEAN -> Boolean.compare((Boolean) a, (Boolean) b);
      case LONG, TIMESTAMP, DATE -> Long.compare((Long) a, (Long) b);
      case DOUBLE -> {
        double left = (Double) a;
        double right = (Double) b;
        yield left == right ? 0 : Double.compare(left, right);
      }
      case STRING -> Texts.compare((String) a, (String) b);
      case NOTHING -> 0;
    };
  }

  private static Code logic(Logic logic) {
    Code left = compile(logic.left());
    Code right = compile(logic.right());
    boolean decides = !logic.and();
    return row -> {
      Object a = left.of(row);
      if (a instanceof Boolean flag && flag == decides) {
        return decides;
      }
      Object b = right.of(row);
      if (b instanceof Boolean flag && flag == decides) {
        return decides;
      }
      return (a == null || b == null) ? null : !decides;
    };
  }

  private static Code chosen(Case chosen) {
    int count = chosen.branches().size();
    Code[] conditions = new Code[count];
    Code[] values = new Code[count];
    for (int i = 0; i < count; i++) {
      conditions[i] = compile(chosen.branches().get(i).condition());
      values[i] = compile(chosen.branches().get(i).value());
    }
    Code otherwise = compile(chosen.otherwise());
    return row -> {
      for (int i = 0; i < count; i++) {
        if (conditions[i].of(row) instanceof Boolean flag && flag) {
          return values[i].of(row);
        }
      }
      return otherwise.of(row);
    };
  }

  private static Code coalesce(Code[] values) {
    return row -> {
      for (Code value : values) {
        Object found = value.of(row);
        if (found != null) {
          return found;
        }
      }
      return null;
    };
  }

  private static Code extreme(boolean greatest, ExpressionType type, Code[] values) {
    return row -> {
      Object best = null;
      for (Code value : values) {
        Object found = value.of(row);
        if (found != null && (best == null || beats(greatest, compare(type, found, best)))) {
          best = found;
        }
      }
      return best;
    };
  }

  private static boolean beats(boolean greatest, int comparison) {
    return greatest ? comparison > 0 : comparison < 0;
  }

  private static Code call(Builtin builtin, Code[] codes) {
    return row -> {
      Object[] arguments = new Object[codes.length];
      for (int i = 0; i < codes.length; i++) {
        Object value = codes[i].of(row);
        if (value == null) {
          return null;
        }
        arguments[i] = value;
      }
      return builtin.of(arguments);
    };
  }
}
