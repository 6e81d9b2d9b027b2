package io.boathouse.sql.grammar;

import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.grammar.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A place in a statement's tokens, and the small steps that every rule is made of. */
final class Cursor {
  private static final int MAX_PARTS = 3;

  private final String sql;
  private final List<Token> tokens;
  private int at;

  Cursor(String sql) {
    this.sql = sql;
    this.tokens = Tokenizer.tokenize(sql);
  }

  String sql() {
    return sql;
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peek(int ahead) {
    return tokens.get(Math.min(at + ahead, tokens.size() - 1));
  }

  Token take() {
    Token token = tokens.get(at);
    if (token.kind() != Kind.END) {
      at++;
    }
    return token;
  }

  /** Takes the keywords if they all follow. */
  boolean accept(String... keywords) {
    for (int i = 0; i < keywords.length; i++) {
      if (!peek(i).isWord(keywords[i])) {
        return false;
      }
    }
    at += keywords.length;
    return true;
  }

  boolean acceptSymbol(String symbol) {
    if (peek().isSymbol(symbol)) {
      at++;
      return true;
    }
    return false;
  }

  void expect(String keyword) {
    if (!accept(keyword)) {
      throw unexpected(keyword);
    }
  }

  void expectSymbol(String symbol) {
    if (!acceptSymbol(symbol)) {
      throw unexpected("'" + symbol + "'");
    }
  }

  String name(String what) {
    if (!peek().isName() || peek().value().isEmpty()) {
      throw unexpected(what);
    }
    return take().value();
  }

  /** A name of up to three parts separated by dots. */
  List<String> names(String what) {
    List<String> parts = new ArrayList<>(List.of(name(what)));
    while (acceptSymbol(".")) {
      if (parts.size() == MAX_PARTS) {
        throw unexpected("at most three parts in the name of " + what);
      }
      parts.add(name("the next part of the name"));
    }
    return parts;
  }

  /** A column's name and, after dots, those of fields inside it. */
  List<String> path() {
    List<String> parts = new ArrayList<>(List.of(name("a column")));
    while (acceptSymbol(".")) {
      parts.add(name("a field of '" + parts.getLast() + "'"));
    }
    return parts;
  }

  /** Names in parentheses, separated by commas. */
  List<String> nameList(String what) {
    expectSymbol("(");
    List<String> names = new ArrayList<>();
    do {
      names.add(name(what));
    } while (acceptSymbol(","));
    expectSymbol(")");
    return names;
  }

  String string(String what) {
    if (peek().kind() != Kind.STRING) {
      throw unexpected(what);
    }
    return take().value();
  }

  /** A whole number with or without a sign. */
  long number() {
    boolean negative = acceptSymbol("-");
    Token token = peek();
    String text = (negative ? "-" : "") + sql.substring(token.start(), token.end());
    try {
      long number = Long.parseLong(text);
      Token unused = take();
      return number;
    } catch (NumberFormatException e) {
      throw unexpected("a whole number");
    }
  }

  /** COMMENT 'text', if it follows. */
  Optional<String> comment() {
    return accept("comment") ? Optional.of(string("a comment in single quotes")) : Optional.empty();
  }

  /** The statement's own end, after an optional semicolon. */
  void expectEnd() {
    boolean closed = false;
    while (acceptSymbol(";")) {
      closed = true;
    }
    if (peek().kind() == Kind.END) {
      return;
    }
    throw closed
        ? GrammarErrors.severalStatements(sql, peek().start())
        : unexpected("the end of the statement");
  }

  LakeException unexpected(String expected) {
    Token token = peek();
    String found =
        token.kind() == Kind.END
            ? "the end of the statement"
            : "'" + sql.substring(token.start(), token.end()) + "'";
    return GrammarErrors.syntax(sql, token.start(), found, expected);
  }

  /**
   * An expression: everything up to one of the words, outside brackets and CASE, or to a bracket
   * that it did not open, or to the end of the statement.
   */
  Statement.Expression expression(String what, Set<String> end) {
    return expression(what, end, false);
  }

  /** Like {@link #expression}, ending at a comma too. */
  Statement.Expression item(String what, Set<String> end) {
    return expression(what, end, true);
  }

  /** Everything up to the bracket that closes what was opened last. */
  Statement.Expression enclosed(String what) {
    return expression(what, Set.of(), false);
  }

  private Statement.Expression expression(String what, Set<String> end, boolean endAtComma) {
    int start = peek().start();
    int brackets = 0;
    int cases = 0;
    while (peek().kind() != Kind.END && !peek().isSymbol(";")) {
      Token token = peek();
      if (brackets == 0 && cases == 0 && ends(token, end, endAtComma)) {
        break;
      }
      if (token.isSymbol("(") || token.isSymbol("[") || token.isSymbol("{")) {
        brackets++;
      } else if (token.isSymbol(")") || token.isSymbol("]") || token.isSymbol("}")) {
        brackets--;
      } else if (token.isWord("case")) {
        cases++;
      } else if (token.isWord("end") && cases > 0) {
        cases--;
      }
      at++;
    }
    if (peek().start() == start) {
      throw unexpected(what);
    }
    return new Statement.Expression(since(start));
  }

  private static boolean ends(Token token, Set<String> end, boolean endAtComma) {
    boolean closing = token.isSymbol(")") || token.isSymbol("]") || token.isSymbol("}");
    return closing
        || (endAtComma && token.isSymbol(","))
        || (token.kind() == Kind.WORD && end.contains(token.upper()));
  }

  /** The text from a place to the end of the token before this one. */
  String since(int start) {
    return sql.substring(start, tokens.get(at - 1).end());
  }

  /** Everything from here to the end of the statement, without the semicolon. */
  Statement.Query rest() {
    int last = tokens.size() - 2;
    while (last >= at && tokens.get(last).isSymbol(";")) {
      last--;
    }
    if (last < at) {
      throw unexpected("a query");
    }
    for (int i = at; i < last; i++) {
      if (tokens.get(i).isSymbol(";")) {
        throw GrammarErrors.severalStatements(sql, tokens.get(i + 1).start());
      }
    }
    String text = sql.substring(peek().start(), tokens.get(last).end());
    at = tokens.size() - 1;
    return new Statement.Query(text);
  }
}
