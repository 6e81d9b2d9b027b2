package io.boathouse.sql.grammar;

import java.util.Locale;

/**
 * A lexical unit of a statement.
 *
 * @param kind what sort of unit
 * @param value the content without quotes and escapes
 * @param start where it begins in the statement, in UTF-16 units
 * @param end where it ends, exclusive
 */
public record Token(Kind kind, String value, int start, int end) {

  /** What a token is. */
  public enum Kind {
    /** An unquoted name or a keyword. */
    WORD,
    /** A name in double quotes or back-ticks. */
    QUOTED,
    STRING,
    NUMBER,
    /** One punctuation character, or {@code ::}. */
    SYMBOL,
    /** The end of the statement. */
    END
  }

  /** Whether this is the unquoted keyword, in any case. */
  public boolean isWord(String keyword) {
    return kind == Kind.WORD && value.equalsIgnoreCase(keyword);
  }

  public boolean isSymbol(String symbol) {
    return kind == Kind.SYMBOL && value.equals(symbol);
  }

  /** The value in upper case, to be switched over. */
  public String upper() {
    return value.toUpperCase(Locale.ROOT);
  }

  /** Whether this can name something. */
  public boolean isName() {
    return kind == Kind.WORD || kind == Kind.QUOTED;
  }
}
