package io.boathouse.featurestore.expression;

import static io.boathouse.featurestore.expression.ExpressionType.BOOLEAN;
import static io.boathouse.featurestore.expression.ExpressionType.DATE;
import static io.boathouse.featurestore.expression.ExpressionType.DOUBLE;
import static io.boathouse.featurestore.expression.ExpressionType.LONG;
import static io.boathouse.featurestore.expression.ExpressionType.NOTHING;
import static io.boathouse.featurestore.expression.ExpressionType.STRING;
import static io.boathouse.featurestore.expression.ExpressionType.TIMESTAMP;

import io.boathouse.featurestore.expression.Expression.Arithmetic;
import io.boathouse.featurestore.expression.Expression.Branch;
import io.boathouse.featurestore.expression.Expression.Call;
import io.boathouse.featurestore.expression.Expression.Case;
import io.boathouse.featurestore.expression.Expression.Cast;
import io.boathouse.featurestore.expression.Expression.Coalesce;
import io.boathouse.featurestore.expression.Expression.Comparison;
import io.boathouse.featurestore.expression.Expression.Extreme;
import io.boathouse.featurestore.expression.Expression.Literal;
import io.boathouse.featurestore.expression.Expression.Operator;
import io.boathouse.featurestore.expression.Expression.Relation;
import io.boathouse.platform.error.LakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Builds the nodes of an expression, widening what may widen and refusing what does not fit. */
final class Typing {
  private static final Set<String> UNITS =
      Set.of("second", "minute", "hour", "day", "month", "year");

  private final String function;
  private final String text;

  Typing(String function, String text) {
    this.function = function;
    this.text = text;
  }

  static String folded(String word) {
    return word.toLowerCase(Locale.ROOT);
  }

  static String upper(String word) {
    return word.toUpperCase(Locale.ROOT);
  }

  Expression number(Token token, boolean negative) {
    String written = negative ? "-" + token.text() : token.text();
    if (token.text().chars().allMatch(c -> c >= '0' && c <= '9')) {
      try {
        return new Literal(Long.valueOf(written), LONG);
      } catch (NumberFormatException e) {
        throw refused(
            token.position(), written + " is beyond 64 bits", "Write it with a decimal point.");
      }
    }
    double value = Double.parseDouble(written);
    if (Double.isInfinite(value)) {
      throw refused(token.position(), written + " is beyond DOUBLE", "Write a smaller number.");
    }
    return new Literal(value, DOUBLE);
  }

  /** A DATE or TIMESTAMP that is written out. */
  Expression written(Token type, Token value) {
    boolean date = type.is("date");
    Long parsed = date ? Texts.date(value.text()) : Texts.time(value.text());
    if (parsed == null) {
      throw refused(
          value.position(),
          "'" + value.text() + "' is no " + upper(type.text()),
          date ? "Write DATE 'YYYY-MM-DD'." : "Write TIMESTAMP 'YYYY-MM-DD HH:MM:SS'.");
    }
    return new Literal(parsed, date ? DATE : TIMESTAMP);
  }

  Expression flag(Expression value, int position) {
    return as(value, BOOLEAN, position);
  }

  Expression requireNumber(Expression value, int position) {
    if (!value.type().isNumber()) {
      throw refused(
          position, "a number is wanted and this is " + value.type(), "Use CAST(... AS DOUBLE).");
    }
    return value;
  }

  Expression computed(Operator operator, Expression left, Expression right, int position) {
    Expression a = requireNumber(left, position);
    Expression b = requireNumber(right, position);
    boolean whole = operator != Operator.DIVIDE && a.type() == LONG && b.type() == LONG;
    ExpressionType type = whole ? LONG : DOUBLE;
    return new Arithmetic(operator, as(a, type, position), as(b, type, position), type);
  }

  Expression compared(Relation relation, Expression left, Expression right, int position) {
    ExpressionType type = common(List.of(left, right), position);
    if (type == NOTHING) {
      throw untyped(position);
    }
    return new Comparison(relation, as(left, type, position), as(right, type, position));
  }

  Expression cases(List<Branch> branches, Expression otherwise, int position) {
    List<Expression> values = new ArrayList<>(branches.stream().map(Branch::value).toList());
    values.add(otherwise);
    ExpressionType type = common(values, position);
    List<Branch> typed =
        branches.stream()
            .map(branch -> new Branch(branch.condition(), as(branch.value(), type, position)))
            .toList();
    return new Case(typed, as(otherwise, type, position), type);
  }

  Expression cast(Expression value, Token type) {
    ExpressionType wanted =
        ExpressionType.ofWord(type.text())
            .orElseThrow(
                () ->
                    refused(
                        type.position(),
                        "there is no type '" + type.shown() + "' here",
                        "Cast to BIGINT, DOUBLE, BOOLEAN, STRING, TIMESTAMP or DATE."));
    if (!Casts.exists(value.type(), wanted)) {
      throw refused(
          type.position(),
          value.type() + " is not cast to " + wanted,
          "Cast what gives the same text or number everywhere, such as whole numbers.");
    }
    return new Cast(value, wanted);
  }

  Expression call(String word, List<Expression> arguments, int position) {
    return switch (word) {
      case "coalesce", "ifnull", "greatest", "least" -> any(word, arguments, position);
      case "nullif" -> nullIf(arguments, position);
      case "substring", "substr" -> builtin("substring", part(arguments, position), position);
      case "pi" -> new Literal(Math.PI, DOUBLE);
      default -> builtin(word, arguments, position);
    };
  }

  private Expression any(String word, List<Expression> arguments, int position) {
    if (arguments.isEmpty()) {
      throw refused(position, word + " has no arguments", "Give it at least one.");
    }
    ExpressionType type = common(arguments, position);
    List<Expression> typed = arguments.stream().map(value -> as(value, type, position)).toList();
    return word.equals("greatest") || word.equals("least")
        ? new Extreme(word.equals("greatest"), typed, type)
        : new Coalesce(typed, type);
  }

  private Expression nullIf(List<Expression> arguments, int position) {
    if (arguments.size() != 2) {
      throw refused(position, "nullif has not two arguments", "Give it two.");
    }
    Expression same = compared(Relation.EQUAL, arguments.getFirst(), arguments.getLast(), position);
    ExpressionType type = arguments.getFirst().type();
    return new Case(List.of(new Branch(same, new Literal(null, type))), arguments.getFirst(), type);
  }

  private Expression builtin(String word, List<Expression> arguments, int position) {
    List<Builtin> named = Builtin.named(word);
    if (named.isEmpty()) {
      throw refused(
          position,
          "'" + word + "' cannot be computed on one row at request time",
          "Use one of " + Builtin.words() + ", or compute it in a feature table.");
    }
    for (Builtin builtin : named) {
      List<ExpressionType> wanted = builtin.parameters();
      boolean fits = wanted.size() == arguments.size();
      for (int i = 0; fits && i < wanted.size(); i++) {
        fits = arguments.get(i).type().fits(wanted.get(i));
      }
      if (fits) {
        List<Expression> typed = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
          typed.add(as(arguments.get(i), wanted.get(i), position));
        }
        return new Call(builtin, builtin.takesUnit() ? unit(typed, position) : typed);
      }
    }
    throw refused(
        position,
        word + " does not take " + arguments.stream().map(Expression::type).toList(),
        "Give it " + named.getLast().parameters() + "; CAST what differs.");
  }

  /** The unit, written out, in lower case and checked. */
  private List<Expression> unit(List<Expression> arguments, int position) {
    if (arguments.getFirst() instanceof Literal(Object unit, ExpressionType unusedType)
        && unit instanceof String word
        && UNITS.contains(folded(word))) {
      List<Expression> checked = new ArrayList<>(arguments);
      checked.set(0, new Literal(folded(word), STRING));
      return checked;
    }
    throw refused(
        position, "the unit is not one that is known", "Write one of " + UNITS + " in quotes.");
  }

  /** Place and length of a substring, which must be written out, from 1 and from 0. */
  private List<Expression> part(List<Expression> arguments, int position) {
    List<Expression> whole = new ArrayList<>(arguments);
    if (whole.size() == 2) {
      whole.add(new Literal((long) Integer.MAX_VALUE, LONG));
    }
    for (int i = 1; i < whole.size(); i++) {
      boolean written =
          whole.get(i) instanceof Literal(Object value, ExpressionType unusedType)
              && value instanceof Long number
              && number >= 2 - i
              && number <= Integer.MAX_VALUE;
      if (!written) {
        throw refused(
            position,
            "the place or length of a substring is no number that is written out",
            "Write substring(text, 1, 3), counting from 1.");
      }
    }
    return whole;
  }

  private ExpressionType common(List<Expression> values, int position) {
    ExpressionType type = NOTHING;
    for (Expression value : values) {
      Optional<ExpressionType> both = ExpressionType.both(type, value.type());
      if (both.isEmpty()) {
        throw refused(
            position,
            type + " and " + value.type() + " have no type in common",
            "CAST one of them.");
      }
      type = both.get();
    }
    return type;
  }

  private Expression as(Expression value, ExpressionType type, int position) {
    if (value.type() == type) {
      return value;
    }
    if (!value.type().fits(type)) {
      throw refused(position, type + " is wanted and this is " + value.type(), "CAST it.");
    }
    return new Cast(value, type);
  }

  LakeException untyped(int position) {
    return refused(
        position, "NULL has no type here", "Write CAST(NULL AS DOUBLE), or IS NULL to ask for it.");
  }

  LakeException unexpected(Token token) {
    return refused(
        token.position(),
        "'" + token.shown() + "' is not expected here",
        "Write a column, a value, a function or an expression in parentheses.");
  }

  LakeException wanted(Token found, String wanted) {
    return refused(
        found.position(), "'" + found.shown() + "' stands where " + wanted + " must", "Write it.");
  }

  LakeException refused(int position, String problem, String remedy) {
    return ExpressionErrors.refused(function, text, position, problem, remedy);
  }
}
