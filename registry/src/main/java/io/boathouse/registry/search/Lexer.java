package io.boathouse.registry.search;

import io.boathouse.registry.search.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts a filter or an order into tokens, in one pass and without backtracking. */
final class Lexer {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:[0-9]++(?:\\.[0-9]*+)?|\\.[0-9]++)(?:[eE][+-]?[0-9]++)?");
  private static final String OPERATORS = "=!<>~";

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Lexer(String text) {
    this.text = text;
  }

  /**
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT at an unknown character a
   *     quote that is not closed, or NUL
   */
  static List<Token> tokens(String text) {
    if (text.indexOf('\0') >= 0) {
      throw SearchErrors.invalidClauses(text.replace('\0', '?'));
    }
    Lexer lexer = new Lexer(text);
    while (lexer.at < text.length()) {
      lexer.next();
    }
    return lexer.tokens;
  }

  private void next() {
    char c = text.charAt(at);
    if (Character.isWhitespace(c)) {
      at++;
    } else if (c == '\'') {
      string();
    } else if (OPERATORS.indexOf(c) >= 0) {
      operator();
    } else if (c == '`' || c == '"' || isNameStart(c)) {
      name();
    } else {
      switch (c) {
        case '(' -> single(Kind.OPEN);
        case ')' -> single(Kind.CLOSE);
        case ',' -> single(Kind.COMMA);
        case ';' -> single(Kind.SEMICOLON);
        default -> number();
      }
    }
  }

  private void single(Kind kind) {
    tokens.add(Token.of(kind, text.substring(at, at + 1), at));
    at++;
  }

  private void operator() {
    int start = at;
    while (at < text.length() && OPERATORS.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    tokens.add(Token.of(Kind.OPERATOR, text.substring(start, at), start));
  }

  private void number() {
    Matcher matcher = NUMBER.matcher(text).region(at, text.length());
    if (!matcher.lookingAt()
        || (matcher.end() < text.length() && isNamePart(text.charAt(matcher.end())))) {
      throw SearchErrors.invalidClauses(text.substring(at));
    }
    tokens.add(Token.of(Kind.NUMBER, matcher.group(), at));
    at = matcher.end();
  }

  private void string() {
    int start = at;
    String content = quoted('\'');
    tokens.add(new Token(Kind.STRING, text.substring(start, at), List.of(content), start));
  }

  private void name() {
    int start = at;
    List<String> parts = new ArrayList<>();
    while (true) {
      parts.add(namePart(start));
      if (at + 1 >= text.length() || text.charAt(at) != '.') {
        break;
      }
      at++;
    }
    tokens.add(new Token(Kind.NAME, text.substring(start, at), parts, start));
  }

  private String namePart(int start) {
    char c = text.charAt(at);
    if (c == '`' || c == '"') {
      return quoted(c);
    }
    int from = at;
    while (at < text.length() && isNamePart(text.charAt(at))) {
      at++;
    }
    if (at == from) {
      throw SearchErrors.invalidClauses(text.substring(start));
    }
    return text.substring(from, at);
  }

  /** Reads from the quote at the current position; a doubled quote stands for itself. */
  private String quoted(char quote) {
    int start = at++;
    StringBuilder content = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != quote) {
        content.append(c);
      } else if (at < text.length() && text.charAt(at) == quote) {
        content.append(c);
        at++;
      } else {
        return content.toString();
      }
    }
    throw SearchErrors.invalidClauses(text.substring(start));
  }

  private static boolean isNameStart(char c) {
    return Character.isLetter(c) || c == '_' || Character.isSurrogate(c);
  }

  private static boolean isNamePart(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || Character.isSurrogate(c);
  }
}
