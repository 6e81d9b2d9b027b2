package io.boathouse.registry.search;

import java.util.List;
import java.util.Locale;

/**
 * One lexical unit of a filter.
 *
 * @param raw the text as written, quotes included
 * @param parts the unquoted parts of a dotted name, or the one content of any other token
 * @param start where it begins in the filter
 */
record Token(Kind kind, String raw, List<String> parts, int start) {
  /** The lexical classes. */
  enum Kind {
    /** A possibly dotted name; its parts may be quoted by back-ticks or double quotes. */
    NAME,
    NUMBER,
    /** Text in single quotes. */
    STRING,
    OPERATOR,
    OPEN,
    CLOSE,
    COMMA,
    SEMICOLON
  }

  Token {
    parts = List.copyOf(parts);
  }

  static Token of(Kind kind, String raw, int start) {
    return new Token(kind, raw, List.of(raw), start);
  }

  /** Whether this is the given reserved word, in any case and not quoted. */
  boolean is(String word) {
    return kind == Kind.NAME && raw.toUpperCase(Locale.ROOT).equals(word);
  }

  /** Whether this can stand for a text value: in single quotes, or one part in double quotes. */
  boolean isQuotedText() {
    return kind == Kind.STRING || (kind == Kind.NAME && raw.startsWith("\"") && parts.size() == 1);
  }
}
