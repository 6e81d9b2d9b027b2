package io.boathouse.featurestore.expression;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A checked expression: every node has a type, and its parts have the types that it needs. */
sealed interface Expression {
  ExpressionType type();

  /** A value that is written out. */
  record Literal(@Nullable Object value, ExpressionType type) implements Expression {}

  /**
   * A column.
   *
   * @param index of the value in the row that is computed on
   */
  record Operand(int index, String name, ExpressionType type) implements Expression {}

  /** Addition and its like; both sides have the type of the whole, save that / takes doubles. */
  record Arithmetic(Operator operator, Expression left, Expression right, ExpressionType type)
      implements Expression {}

  /** What {@link Arithmetic} does. */
  enum Operator {
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    REMAINDER("%");

    final String symbol;

    Operator(String symbol) {
      this.symbol = symbol;
    }
  }

  record Negate(Expression value) implements Expression {
    @Override
    public ExpressionType type() {
      return value.type();
    }
  }

  /** Both sides have one type. */
  record Comparison(Relation relation, Expression left, Expression right) implements Expression {
    @Override
    public ExpressionType type() {
      return ExpressionType.BOOLEAN;
    }
  }

  /** What {@link Comparison} asks. */
  enum Relation {
    EQUAL("="),
    NOT_EQUAL("<>"),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">=");

    final String symbol;

    Relation(String symbol) {
      this.symbol = symbol;
    }

    boolean holds(int compared) {
      return switch (this) {
        case EQUAL -> compared == 0;
        case NOT_EQUAL -> compared != 0;
        case LESS -> compared < 0;
        case LESS_OR_EQUAL -> compared <= 0;
        case GREATER -> compared > 0;
        case GREATER_OR_EQUAL -> compared >= 0;
      };
    }
  }

  /** AND or OR, of three values. */
  record Logic(boolean and, Expression left, Expression right) implements Expression {
    @Override
    public ExpressionType type() {
      return ExpressionType.BOOLEAN;
    }
  }

  record Not(Expression value) implements Expression {
    @Override
    public ExpressionType type() {
      return ExpressionType.BOOLEAN;
    }
  }

  record IsNull(Expression value) implements Expression {
    @Override
    public ExpressionType type() {
      return ExpressionType.BOOLEAN;
    }
  }

  /** The first branch whose condition is true. */
  record Case(List<Branch> branches, Expression otherwise, ExpressionType type)
      implements Expression {
    public Case {
      branches = List.copyOf(branches);
    }
  }

  /** One WHEN of a {@link Case}. */
  record Branch(Expression condition, Expression value) {}

  /** Null where the value does not fit. */
  record Cast(Expression value, ExpressionType type) implements Expression {}

  /** The first that is not null. */
  record Coalesce(List<Expression> values, ExpressionType type) implements Expression {
    public Coalesce {
      values = List.copyOf(values);
    }
  }

  /** The greatest or least of those that are not null. */
  record Extreme(boolean greatest, List<Expression> values, ExpressionType type)
      implements Expression {
    public Extreme {
      values = List.copyOf(values);
    }
  }

  /** A function of values that are not null; null if one is. */
  record Call(Builtin builtin, List<Expression> arguments) implements Expression {
    public Call {
      arguments = List.copyOf(arguments);
    }

    @Override
    public ExpressionType type() {
      return builtin.result();
    }
  }
}
