package io.boathouse.registry.search;

import io.boathouse.registry.search.Filter.Clause;
import io.boathouse.registry.search.Filter.Comparison;
import io.boathouse.registry.search.Filter.Identifier;
import io.boathouse.registry.search.Filter.ListTest;
import io.boathouse.registry.search.Filter.NullTest;
import io.boathouse.registry.search.Filter.Value;
import io.boathouse.registry.search.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code clause (AND clause)*}, the only form of filter that MLflow servers accept: no OR, no
 * parentheses but around lists, one statement.
 */
final class FilterParser {
  private static final int MAX_LENGTH = 200_000;
  private static final int MAX_CLAUSES = 64;

  private final String filter;
  private final List<Token> tokens;
  private int at;

  private FilterParser(String filter) {
    this.filter = filter;
    this.tokens = Lexer.tokens(filter);
  }

  /**
   * Parses a filter; a blank one has no clause and so holds for everything.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if it is not in the grammar
   */
  static Filter parse(String filter) {
    if (filter.length() > MAX_LENGTH) {
      throw SearchErrors.tooLong("filter", filter.length(), MAX_LENGTH);
    }
    return new Filter(new FilterParser(filter).clauses());
  }

  private List<Clause> clauses() {
    List<Clause> clauses = new ArrayList<>();
    if (tokens.isEmpty()) {
      return clauses;
    }
    clauses.add(clause());
    while (at < tokens.size()) {
      Token separator = tokens.get(at++);
      if (separator.kind() == Kind.SEMICOLON && at < tokens.size()) {
        throw SearchErrors.multipleExpressions(filter);
      }
      if (!separator.is("AND")) {
        throw invalidFrom(separator);
      }
      clauses.add(clause());
      if (clauses.size() > MAX_CLAUSES) {
        throw SearchErrors.tooLong("filter", clauses.size(), MAX_CLAUSES);
      }
    }
    return clauses;
  }

  private Clause clause() {
    Token left = take(null);
    Token operator = take(left);
    if (left.kind() != Kind.NAME) {
      throw operator.kind() == Kind.OPERATOR
          ? SearchErrors.identifierExpected(left.raw())
          : invalidFrom(left);
    }
    Identifier identifier = Identifier.of(left);
    if (operator.kind() == Kind.OPERATOR || operator.is("LIKE") || operator.is("ILIKE")) {
      String comparator = operator.raw().toUpperCase(Locale.ROOT);
      return new Comparison(identifier, comparator, value(left));
    }
    if (operator.is("IN")) {
      return new ListTest(identifier, false, list(left));
    }
    if (operator.is("NOT") && take(left).is("IN")) {
      return new ListTest(identifier, true, list(left));
    }
    if (operator.is("IS")) {
      return nullTest(identifier, left);
    }
    throw invalidFrom(left);
  }

  private NullTest nullTest(Identifier identifier, Token left) {
    Token word = take(left);
    boolean negated = word.is("NOT");
    if (negated) {
      word = take(left);
    }
    if (!word.is("NULL")) {
      throw invalidFrom(left);
    }
    return new NullTest(identifier, negated);
  }

  private Value value(Token left) {
    Token token = take(left);
    if (token.isQuotedText()) {
      return new Value.Text(token.raw(), token.parts().getFirst());
    }
    return switch (token.kind()) {
      case NUMBER -> new Value.Numeral(token.raw());
      case NAME -> new Value.Word(token.raw());
      case STRING, OPERATOR, OPEN, CLOSE, COMMA, SEMICOLON -> throw invalidFrom(left);
    };
  }

  private List<String> list(Token left) {
    if (take(left).kind() != Kind.OPEN) {
      throw invalidFrom(left);
    }
    List<String> values = new ArrayList<>();
    while (true) {
      Token token = take(left);
      if (!token.isQuotedText()) {
        throw SearchErrors.listExpected(token.raw());
      }
      values.add(token.parts().getFirst());
      Token separator = take(left);
      if (separator.kind() == Kind.CLOSE) {
        return values;
      }
      if (separator.kind() != Kind.COMMA) {
        throw SearchErrors.listExpected(separator.raw());
      }
    }
  }

  /**
   * @param clause the first token of the clause being read, or null if this is it
   */
  private Token take(@Nullable Token clause) {
    if (at == tokens.size()) {
      throw clause == null ? invalidFrom(tokens.getLast()) : invalidFrom(clause);
    }
    return tokens.get(at++);
  }

  private RuntimeException invalidFrom(Token token) {
    return SearchErrors.invalidClauses(filter.substring(token.start()).strip());
  }
}
