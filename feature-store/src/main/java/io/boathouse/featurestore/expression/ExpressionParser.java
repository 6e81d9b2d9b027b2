package io.boathouse.featurestore.expression;

import io.boathouse.featurestore.expression.Expression.Branch;
import io.boathouse.featurestore.expression.Expression.IsNull;
import io.boathouse.featurestore.expression.Expression.Literal;
import io.boathouse.featurestore.expression.Expression.Logic;
import io.boathouse.featurestore.expression.Expression.Negate;
import io.boathouse.featurestore.expression.Expression.Not;
import io.boathouse.featurestore.expression.Expression.Operator;
import io.boathouse.featurestore.expression.Expression.Relation;
import io.boathouse.featurestore.expression.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an expression by recursive descent, from OR down to single values, checking types as it
 * goes.
 */
final class ExpressionParser {
  private static final int MAX_LENGTH = 4_000;
  private static final int MAX_DEPTH = 60;
  private static final Set<String> RESERVED =
      Set.of(
          "and",
          "or",
          "not",
          "is",
          "in",
          "between",
          "like",
          "case",
          "when",
          "then",
          "else",
          "end",
          "select",
          "from",
          "as",
          "over",
          "interval");

  private final List<Token> tokens;
  private final Typing typing;
  private final ColumnScope columns;
  private int at;
  private int depth;

  ExpressionParser(String function, String text, ColumnScope columns) {
    this.typing = new Typing(function, text);
    if (text.length() > MAX_LENGTH) {
      throw typing.refused(
          1, "it has " + text.length() + " characters", "Write at most " + MAX_LENGTH + ".");
    }
    this.tokens = new Tokens(function, text).all();
    this.columns = columns;
  }

  /** The whole text as one expression. */
  Expression parse() {
    Expression expression = or();
    Token rest = peek();
    if (rest.kind() != Kind.END) {
      throw typing.refused(
          rest.position(),
          "'" + rest.shown() + "' is not expected after a whole expression",
          "Write one expression of the columns " + columns.names() + ".");
    }
    return expression;
  }

  private Expression or() {
    enter();
    Expression left = and();
    while (peek().is("or")) {
      int position = next().position();
      left = new Logic(false, typing.flag(left, position), typing.flag(and(), position));
    }
    depth--;
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (peek().is("and")) {
      int position = next().position();
      left = new Logic(true, typing.flag(left, position), typing.flag(not(), position));
    }
    return left;
  }

  private Expression not() {
    if (!peek().is("not")) {
      return predicate();
    }
    enter();
    int position = next().position();
    Expression value = new Not(typing.flag(not(), position));
    depth--;
    return value;
  }

  private Expression predicate() {
    Expression left = concatenation();
    while (true) {
      Token token = peek();
      Optional<Relation> relation = relation(token);
      if (relation.isPresent()) {
        at++;
        left = typing.compared(relation.get(), left, concatenation(), token.position());
      } else if (token.is("is")) {
        at++;
        boolean not = accept("not");
        expect("null");
        left = negated(not, new IsNull(left));
      } else if (token.is("not") || token.is("in") || token.is("between") || token.is("like")) {
        boolean not = accept("not");
        left = negated(not, within(left, next()));
      } else {
        return left;
      }
    }
  }

  private static Expression negated(boolean not, Expression value) {
    return not ? new Not(value) : value;
  }

  private Expression within(Expression left, Token word) {
    if (word.is("between")) {
      Expression low = concatenation();
      expect("and");
      Expression high = concatenation();
      return new Logic(
          true,
          typing.compared(Relation.GREATER_OR_EQUAL, left, low, word.position()),
          typing.compared(Relation.LESS_OR_EQUAL, left, high, word.position()));
    }
    if (word.is("like")) {
      return typing.call("like", List.of(left, concatenation()), word.position());
    }
    if (!word.is("in")) {
      throw typing.refused(
          word.position(),
          "'" + word.shown() + "' is not expected here",
          "Write IN, LIKE or BETWEEN.");
    }
    symbol("(");
    Expression any = typing.compared(Relation.EQUAL, left, or(), word.position());
    while (acceptSymbol(",")) {
      any = new Logic(false, any, typing.compared(Relation.EQUAL, left, or(), word.position()));
    }
    symbol(")");
    return any;
  }

  private static Optional<Relation> relation(Token token) {
    if (token.kind() != Kind.SYMBOL) {
      return Optional.empty();
    }
    for (Relation relation : Relation.values()) {
      if (token.text().equals(relation.symbol)) {
        return Optional.of(relation);
      }
    }
    return token.text().equals("!=") ? Optional.of(Relation.NOT_EQUAL) : Optional.empty();
  }

  private Expression concatenation() {
    Expression left = sum();
    while (peek().isSymbol("||")) {
      int position = next().position();
      left = typing.call("||", List.of(left, sum()), position);
    }
    return left;
  }

  private Expression sum() {
    Expression left = product();
    while (peek().isSymbol("+") || peek().isSymbol("-")) {
      Token token = next();
      Operator operator = token.isSymbol("+") ? Operator.ADD : Operator.SUBTRACT;
      left = typing.computed(operator, left, product(), token.position());
    }
    return left;
  }

  private Expression product() {
    Expression left = signed();
    while (peek().isSymbol("*") || peek().isSymbol("/") || peek().isSymbol("%")) {
      Token token = next();
      Operator operator =
          token.isSymbol("*")
              ? Operator.MULTIPLY
              : token.isSymbol("/") ? Operator.DIVIDE : Operator.REMAINDER;
      left = typing.computed(operator, left, signed(), token.position());
    }
    return left;
  }

  private Expression signed() {
    Token token = peek();
    if (token.isSymbol("-")) {
      at++;
      Token number = peek();
      if (number.kind() == Kind.NUMBER && !tokens.get(at + 1).isSymbol("::")) {
        at++;
        return typing.number(number, true);
      }
      enter();
      Expression value = signed();
      depth--;
      return new Negate(typing.requireNumber(value, token.position()));
    }
    if (acceptSymbol("+")) {
      return typing.requireNumber(signed(), token.position());
    }
    Expression value = single();
    while (acceptSymbol("::")) {
      Token type = next();
      value = typing.cast(value, type);
    }
    return value;
  }

  private Expression single() {
    Token token = next();
    return switch (token.kind()) {
      case NUMBER -> typing.number(token, false);
      case TEXT -> new Literal(token.text(), ExpressionType.STRING);
      case QUOTED_NAME -> column(token);
      case SYMBOL -> {
        if (!token.isSymbol("(")) {
          throw typing.unexpected(token);
        }
        Expression inner = or();
        symbol(")");
        yield inner;
      }
      case END -> throw typing.unexpected(token);
      case NAME -> named(token);
    };
  }

  private Expression named(Token token) {
    if (token.is("null")) {
      return new Literal(null, ExpressionType.NOTHING);
    }
    if (token.is("true") || token.is("false")) {
      return new Literal(token.is("true"), ExpressionType.BOOLEAN);
    }
    if (token.is("case")) {
      return cases(token);
    }
    if ((token.is("date") || token.is("timestamp")) && peek().kind() == Kind.TEXT) {
      return typing.written(token, next());
    }
    if (peek().isSymbol("(")) {
      return call(token);
    }
    if (RESERVED.contains(Typing.folded(token.text()))) {
      throw typing.unexpected(token);
    }
    return column(token);
  }

  private Expression column(Token token) {
    return columns
        .find(token.text())
        .orElseThrow(
            () ->
                typing.refused(
                    token.position(),
                    "there is no column '" + token.text() + "'",
                    "Use one of " + columns.names() + "; a text is written 'text'."));
  }

  private Expression cases(Token start) {
    enter();
    @Nullable Expression subject = peek().is("when") ? null : or();
    List<Branch> branches = new ArrayList<>();
    while (accept("when")) {
      int position = peek().position();
      Expression condition = or();
      condition =
          subject == null
              ? typing.flag(condition, position)
              : typing.compared(Relation.EQUAL, subject, condition, position);
      expect("then");
      branches.add(new Branch(condition, or()));
    }
    if (branches.isEmpty()) {
      throw typing.unexpected(peek());
    }
    Expression otherwise = accept("else") ? or() : new Literal(null, ExpressionType.NOTHING);
    expect("end");
    depth--;
    return typing.cases(branches, otherwise, start.position());
  }

  private Expression call(Token name) {
    enter();
    symbol("(");
    String word = Typing.folded(name.text());
    Expression value =
        switch (word) {
          case "cast", "try_cast" -> {
            Expression given = or();
            expect("as");
            yield typing.cast(given, next());
          }
          case "extract" -> {
            Token part = next();
            expect("from");
            yield typing.call(Typing.folded(part.text()), List.of(or()), part.position());
          }
          default -> typing.call(word, arguments(), name.position());
        };
    symbol(")");
    if (peek().is("over")) {
      throw typing.refused(
          peek().position(),
          "a window sees other rows than the one that is asked for",
          "Compute it in a feature table with windows.");
    }
    depth--;
    return value;
  }

  private List<Expression> arguments() {
    List<Expression> arguments = new ArrayList<>();
    if (peek().isSymbol(")")) {
      return arguments;
    }
    do {
      arguments.add(or());
    } while (acceptSymbol(","));
    return arguments;
  }

  private void enter() {
    if (++depth > MAX_DEPTH) {
      throw typing.refused(
          peek().position(), "it is nested too deeply", "Split it into several functions.");
    }
  }

  private Token peek() {
    return tokens.get(at);
  }

  private Token next() {
    Token token = tokens.get(at);
    if (token.kind() != Kind.END) {
      at++;
    }
    return token;
  }

  private boolean accept(String keyword) {
    boolean found = peek().is(keyword);
    at += found ? 1 : 0;
    return found;
  }

  private boolean acceptSymbol(String symbol) {
    boolean found = peek().isSymbol(symbol);
    at += found ? 1 : 0;
    return found;
  }

  private void expect(String keyword) {
    if (!accept(keyword)) {
      throw typing.wanted(peek(), Typing.upper(keyword));
    }
  }

  private void symbol(String symbol) {
    if (!acceptSymbol(symbol)) {
      throw typing.wanted(peek(), symbol);
    }
  }
}
