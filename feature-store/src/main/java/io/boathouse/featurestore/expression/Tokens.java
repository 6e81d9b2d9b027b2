package io.boathouse.featurestore.expression;

import io.boathouse.featurestore.expression.Token.Kind;
import io.boathouse.platform.error.LakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Cuts the text of an expression into words. */
final class Tokens {
  private static final List<String> SYMBOLS =
      List.of(
          "::", "||", "<=", ">=", "<>", "!=", "+", "-", "*", "/", "%", "(", ")", ",", "=", "<",
          ">");

  private final String function;
  private final String text;
  private int at;

  Tokens(String function, String text) {
    this.function = function;
    this.text = text;
  }

  /** All words, and an END. */
  List<Token> all() {
    List<Token> tokens = new ArrayList<>();
    while (true) {
      at = after(at, Character::isWhitespace);
      if (at == text.length()) {
        tokens.add(new Token(Kind.END, "", at + 1));
        return tokens;
      }
      tokens.add(next());
    }
  }

  private Token next() {
    int start = at;
    char first = text.charAt(at);
    if (first == '\'') {
      return new Token(Kind.TEXT, quoted('\''), start + 1);
    }
    if (first == '"' || first == '`') {
      return new Token(Kind.QUOTED_NAME, quoted(first), start + 1);
    }
    if (isDigit(first)
        || (first == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1)))) {
      return number(start);
    }
    if (Character.isLetter(first) || first == '_') {
      at = after(at, c -> Character.isLetterOrDigit(c) || c == '_');
      return new Token(Kind.NAME, text.substring(start, at), start + 1);
    }
    for (String symbol : SYMBOLS) {
      if (text.startsWith(symbol, at)) {
        at += symbol.length();
        return new Token(Kind.SYMBOL, symbol, start + 1);
      }
    }
    throw refused(start, "'" + first + "' has no meaning here", "Leave it out.");
  }

  private Token number(int start) {
    at = after(at, Tokens::isDigit);
    if (at < text.length() && text.charAt(at) == '.') {
      at = after(at + 1, Tokens::isDigit);
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      int digits = at + 1;
      if (digits < text.length() && "+-".indexOf(text.charAt(digits)) >= 0) {
        digits++;
      }
      int end = after(digits, Tokens::isDigit);
      if (end == digits) {
        throw refused(start, "the number has no digits after its E", "Write them.");
      }
      at = end;
    }
    return new Token(Kind.NUMBER, text.substring(start, at), start + 1);
  }

  private String quoted(char quote) {
    int start = at;
    StringBuilder within = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at);
      boolean ends = c == quote;
      boolean twice = ends && at + 1 < text.length() && text.charAt(at + 1) == quote;
      if (ends && !twice) {
        at++;
        return within.toString();
      }
      within.append(c);
      at += twice ? 2 : 1;
    }
    throw refused(start, "the quote is not closed", "Close it with " + quote + ".");
  }

  private int after(int from, IntPredicate wanted) {
    int end = from;
    while (end < text.length() && wanted.test(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private LakeException refused(int start, String problem, String remedy) {
    return ExpressionErrors.refused(function, text, start + 1, problem, remedy);
  }
}
