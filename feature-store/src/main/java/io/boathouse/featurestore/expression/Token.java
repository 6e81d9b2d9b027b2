package io.boathouse.featurestore.expression;

/**
 * A word of an expression.
 *
 * @param text as written; of quoted names and texts what is within the quotes
 * @param position counts from 1
 */
record Token(Kind kind, String text, int position) {
  /** What a word is. */
  enum Kind {
    NAME,
    QUOTED_NAME,
    NUMBER,
    TEXT,
    SYMBOL,
    END
  }

  /** Whether this is the keyword. */
  boolean is(String keyword) {
    return kind == Kind.NAME && text.equalsIgnoreCase(keyword);
  }

  boolean isSymbol(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  /** For messages. */
  String shown() {
    return switch (kind) {
      case END -> "the end";
      case TEXT -> "'" + text + "'";
      case NAME, QUOTED_NAME, NUMBER, SYMBOL -> text;
    };
  }
}
