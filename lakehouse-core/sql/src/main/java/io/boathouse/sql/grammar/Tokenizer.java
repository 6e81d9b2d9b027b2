package io.boathouse.sql.grammar;

import io.boathouse.sql.grammar.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a statement into tokens. It knows what the engine's own lexer knows about quotes and
 * comments, and back-ticks besides; it decides which statement this is and where its parameters
 * are, never what is allowed.
 */
public final class Tokenizer {
  private final String sql;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Tokenizer(String sql) {
    this.sql = sql;
  }

  /**
   * The tokens without blanks and comments; the last is {@link Kind#END}.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if a quote or comment is
   *     left open
   */
  public static List<Token> tokenize(String sql) {
    Tokenizer tokenizer = new Tokenizer(sql);
    while (tokenizer.next()) {
      // every step appends a token or skips a blank
    }
    tokenizer.tokens.add(new Token(Kind.END, "", sql.length(), sql.length()));
    return tokenizer.tokens;
  }

  private boolean next() {
    if (at >= sql.length()) {
      return false;
    }
    char c = sql.charAt(at);
    if (isBlank(c)) {
      at++;
    } else if (c == '-' && peek(1) == '-') {
      lineComment();
    } else if (c == '/' && peek(1) == '*') {
      blockComment();
    } else if (c == '\'') {
      quoted(Kind.STRING, at, '\'', false);
    } else if (c == '"' || c == '`') {
      quoted(Kind.QUOTED, at, c, false);
    } else if (Character.isDigit(c) || (c == '.' && Character.isDigit(peek(1)))) {
      number();
    } else if (isNameStart(c)) {
      word();
    } else if (c == '$' && dollarTag() != null) {
      dollarString();
    } else {
      symbol(c);
    }
    return true;
  }

  private void lineComment() {
    int end = at;
    while (end < sql.length() && sql.charAt(end) != '\n' && sql.charAt(end) != '\r') {
      end++;
    }
    at = end;
  }

  /** Comments do not nest, as in the engine's lexer. */
  private void blockComment() {
    int close = sql.indexOf("*/", at + 2);
    if (close < 0) {
      throw GrammarErrors.unclosed(sql, at, "comment", "*/");
    }
    at = close + 2;
  }

  private void quoted(Kind kind, int start, char quote, boolean backslashes) {
    StringBuilder value = new StringBuilder();
    int i = sql.indexOf(quote, start) + 1;
    while (true) {
      if (i >= sql.length()) {
        throw GrammarErrors.unclosed(sql, start, "quoted text", String.valueOf(quote));
      }
      char c = sql.charAt(i);
      if (backslashes && c == '\\' && i + 1 < sql.length()) {
        value.append(c).append(sql.charAt(i + 1));
        i += 2;
      } else if (c == quote && i + 1 < sql.length() && sql.charAt(i + 1) == quote) {
        value.append(quote);
        i += 2;
      } else if (c == quote) {
        break;
      } else {
        value.append(c);
        i++;
      }
    }
    at = i + 1;
    tokens.add(new Token(kind, value.toString(), start, at));
  }

  private void number() {
    int start = at;
    while (at < sql.length() && isNumberPart(start)) {
      at++;
    }
    tokens.add(new Token(Kind.NUMBER, sql.substring(start, at), start, at));
  }

  private boolean isNumberPart(int start) {
    char c = sql.charAt(at);
    if (Character.isLetterOrDigit(c) || c == '_' || c == '.') {
      return true;
    }
    char before = sql.charAt(at - 1);
    return (c == '+' || c == '-') && at > start && (before == 'e' || before == 'E');
  }

  private void word() {
    int start = at;
    while (at < sql.length() && isNamePart(sql.charAt(at))) {
      at++;
    }
    String value = sql.substring(start, at);
    if (value.equalsIgnoreCase("e") && at < sql.length() && sql.charAt(at) == '\'') {
      quoted(Kind.STRING, start, '\'', true);
    } else {
      tokens.add(new Token(Kind.WORD, value, start, at));
    }
  }

  /** The opening tag such as {@code $$} or {@code $body$}, or null where a parameter stands. */
  private @Nullable String dollarTag() {
    int end = at + 1;
    while (end < sql.length() && isNameStart(sql.charAt(end))) {
      end++;
    }
    return end < sql.length() && sql.charAt(end) == '$' ? sql.substring(at, end + 1) : null;
  }

  private void dollarString() {
    int start = at;
    String tag = String.valueOf(dollarTag());
    int close = sql.indexOf(tag, start + tag.length());
    if (close < 0) {
      throw GrammarErrors.unclosed(sql, start, "quoted text", tag);
    }
    at = close + tag.length();
    tokens.add(new Token(Kind.STRING, sql.substring(start + tag.length(), close), start, at));
  }

  private void symbol(char c) {
    int length = c == ':' && peek(1) == ':' ? 2 : 1;
    tokens.add(new Token(Kind.SYMBOL, sql.substring(at, at + length), at, at + length));
    at += length;
  }

  private char peek(int ahead) {
    return at + ahead < sql.length() ? sql.charAt(at + ahead) : '\0';
  }

  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\uFEFF';
  }

  private static boolean isNameStart(char c) {
    return Character.isLetter(c) || c == '_' || (c >= 0x80 && !isBlank(c));
  }

  private static boolean isNamePart(char c) {
    return isNameStart(c) || Character.isDigit(c) || c == '$';
  }
}
