package io.boathouse.sql.grammar;

import java.util.List;

/** Gives the markers {@code ?} of a statement names, so that its parts can be read one by one. */
public final class PositionalMarkers {
  private PositionalMarkers() {}

  /** The name of the marker at a position, which counts from 1. */
  public static String name(int position) {
    return "_" + position;
  }

  /** The text with {@code :_1}, {@code :_2} and so on in the places of the markers. */
  public static String named(String sql) {
    List<Token> tokens = Tokenizer.tokenize(sql);
    StringBuilder text = new StringBuilder();
    int copied = 0;
    int position = 0;
    for (Token token : tokens) {
      if (token.isSymbol("?")) {
        position++;
        text.append(sql, copied, token.start()).append(' ').append(':').append(name(position));
        copied = token.end();
      }
    }
    return text.append(sql, copied, sql.length()).toString();
  }
}
