package io.boathouse.sql.grammar;

import java.util.List;
import java.util.OptionalInt;

/**
 * Turns Databricks' {@code t VERSION AS OF 3} and {@code t TIMESTAMP AS OF '…'} into the engine's
 * {@code t AT(VERSION=>3)}, at the same length.
 */
public final class TimeTravelWords {
  private TimeTravelWords() {}

  /** The text with every such clause in the engine's words. */
  public static String rewrite(String sql) {
    List<Token> tokens = Tokenizer.tokenize(sql);
    StringBuilder text = new StringBuilder(sql);
    for (int i = 1; i + 3 < tokens.size(); i++) {
      if (isClause(tokens, i)) {
        OptionalInt last = lastOf(tokens, i + 3);
        if (last.isPresent()) {
          replace(text, tokens, i, last.getAsInt());
        }
      }
    }
    return text.toString();
  }

  private static boolean isClause(List<Token> tokens, int at) {
    Token word = tokens.get(at);
    Token before = tokens.get(at - 1);
    return (word.isWord("version") || word.isWord("timestamp"))
        && (before.isName() || before.isSymbol(")"))
        && tokens.get(at + 1).isWord("as")
        && tokens.get(at + 2).isWord("of");
  }

  /** Where the point in time ends that begins here: a constant, a marker or a call. */
  private static OptionalInt lastOf(List<Token> tokens, int at) {
    Token first = tokens.get(at);
    Token second = tokens.get(Math.min(at + 1, tokens.size() - 1));
    if (first.kind() == Token.Kind.NUMBER || first.kind() == Token.Kind.STRING) {
      return OptionalInt.of(at);
    }
    boolean marker = first.isSymbol(":") || first.isSymbol("$") || first.isSymbol("?");
    if (marker) {
      return OptionalInt.of(first.isSymbol("?") ? at : at + 1);
    }
    if (first.kind() == Token.Kind.WORD && second.kind() == Token.Kind.STRING) {
      return OptionalInt.of(at + 1);
    }
    boolean call = first.kind() == Token.Kind.WORD && second.isSymbol("(");
    return first.isSymbol("(") || call ? closing(tokens, call ? at + 1 : at) : OptionalInt.empty();
  }

  private static OptionalInt closing(List<Token> tokens, int open) {
    int depth = 0;
    for (int i = open; i < tokens.size(); i++) {
      depth += tokens.get(i).isSymbol("(") ? 1 : 0;
      depth -= tokens.get(i).isSymbol(")") ? 1 : 0;
      if (depth == 0) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** FOR before the clause means nothing more, and no engine knows it. */
  private static void replace(StringBuilder text, List<Token> tokens, int at, int last) {
    int start = tokens.get(at).start();
    if (at > 1 && tokens.get(at - 1).isWord("for")) {
      blank(text, tokens.get(at - 1).start(), tokens.get(at - 1).end());
    }
    String point = text.substring(tokens.get(at + 3).start(), tokens.get(last).end());
    int end = tokens.get(last).end();
    String clause = "AT(" + tokens.get(at).upper() + "=>" + point + ")";
    blank(text, start, end);
    text.replace(start, start + clause.length(), clause);
  }

  private static void blank(StringBuilder text, int start, int end) {
    for (int i = start; i < end; i++) {
      if (text.charAt(i) != '\n') {
        text.setCharAt(i, ' ');
      }
    }
  }
}
