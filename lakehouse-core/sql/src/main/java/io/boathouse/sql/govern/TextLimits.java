package io.boathouse.sql.govern;

import io.boathouse.sql.grammar.Token;
import io.boathouse.sql.grammar.Tokenizer;
import java.util.List;
import java.util.Set;

/**
 * What is counted before the engine's parser sees a text: it recurses without a limit of its own on
 * subqueries, joins and set operations.
 */
final class TextLimits {
  static final int CHARACTERS = 16 << 20;
  static final int TOKENS = 100_000;
  static final int BRACKETS = 500;
  static final int RELATIONS = 1_000;

  private static final Set<String> RELATION_WORDS =
      Set.of("FROM", "JOIN", "UNION", "EXCEPT", "INTERSECT");

  private TextLimits() {}

  static void require(String sql) {
    if (sql.length() > CHARACTERS) {
      throw GovernErrors.tooComplex("characters", CHARACTERS);
    }
    List<Token> tokens = Tokenizer.tokenize(sql);
    if (tokens.size() > TOKENS) {
      throw GovernErrors.tooComplex("words and signs", TOKENS);
    }
    int depth = 0;
    int relations = 0;
    for (Token token : tokens) {
      if (token.isSymbol("(") || token.isSymbol("[") || token.isSymbol("{")) {
        depth++;
      } else if (token.isSymbol(")") || token.isSymbol("]") || token.isSymbol("}")) {
        depth--;
      } else if (token.kind() == Token.Kind.WORD && RELATION_WORDS.contains(token.upper())) {
        relations++;
      }
      if (depth > BRACKETS) {
        throw GovernErrors.tooComplex("brackets inside each other", BRACKETS);
      }
      if (relations > RELATIONS) {
        throw GovernErrors.tooComplex("FROM, JOIN, UNION, EXCEPT and INTERSECT", RELATIONS);
      }
    }
  }
}
