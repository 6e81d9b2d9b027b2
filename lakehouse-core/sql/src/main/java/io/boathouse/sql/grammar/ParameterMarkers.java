package io.boathouse.sql.grammar;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/** Turns the statement API's markers {@code :name} into the engine's {@code $name}. */
public final class ParameterMarkers {
  private ParameterMarkers() {}

  /**
   * The text with every marker of a declared parameter replaced, at the same length. A colon that
   * follows a name, a quote or a bracket without a blank is a slice, a cast or a key, not a marker.
   *
   * @param declared the names that have values
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if a marker has no value
   */
  public static String rewrite(String sql, Set<String> declared) {
    List<Token> tokens = Tokenizer.tokenize(sql);
    StringBuilder text = new StringBuilder(sql);
    Deque<String> open = new ArrayDeque<>();
    for (int i = 0; i + 1 < tokens.size(); i++) {
      Token token = tokens.get(i);
      follow(open, token);
      if (isMarker(sql, token, tokens.get(i + 1))) {
        String name = tokens.get(i + 1).value();
        if (declared.contains(name)) {
          text.setCharAt(token.start(), '$');
        } else if (open.isEmpty() || open.peek().equals("(")) {
          throw GrammarErrors.unboundParameter(name);
        }
      }
    }
    return text.toString();
  }

  private static void follow(Deque<String> open, Token token) {
    if (token.isSymbol("(") || token.isSymbol("[") || token.isSymbol("{")) {
      open.push(token.value());
    } else if (token.isSymbol(")") || token.isSymbol("]") || token.isSymbol("}")) {
      String unused = open.poll();
    }
  }

  private static boolean isMarker(String sql, Token colon, Token name) {
    if (!colon.isSymbol(":") || name.kind() != Token.Kind.WORD || name.start() != colon.end()) {
      return false;
    }
    if (colon.start() == 0) {
      return true;
    }
    char before = sql.charAt(colon.start() - 1);
    return !Character.isLetterOrDigit(before) && "_'\"`)]}:$".indexOf(before) < 0;
  }
}
