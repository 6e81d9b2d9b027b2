package io.boathouse.registry.search;

import io.boathouse.platform.error.LakeException;
import io.boathouse.registry.search.Token.Kind;
import java.util.List;

/** Reads {@code identifier [ASC|DESC]} terms. */
final class OrderParser {
  private static final int MAX_TERMS = 16;
  private static final int MAX_LENGTH = 1000;

  private OrderParser() {}

  /**
   * @throws LakeException INVALID_ARGUMENT naming the term that cannot be read
   */
  static List<Order> parse(List<String> terms) {
    if (terms.size() > MAX_TERMS) {
      throw SearchErrors.tooLong("order_by", terms.size(), MAX_TERMS);
    }
    return terms.stream().map(OrderParser::term).toList();
  }

  private static Order term(String term) {
    if (term.length() > MAX_LENGTH) {
      throw SearchErrors.tooLong("order_by", term.length(), MAX_LENGTH);
    }
    List<Token> tokens;
    try {
      tokens = Lexer.tokens(term);
    } catch (LakeException e) {
      throw SearchErrors.invalidOrder(term);
    }
    if (tokens.isEmpty() || tokens.size() > 2 || tokens.getFirst().kind() != Kind.NAME) {
      throw SearchErrors.invalidOrder(term);
    }
    boolean descending = tokens.size() == 2 && tokens.get(1).is("DESC");
    if (tokens.size() == 2 && !descending && !tokens.get(1).is("ASC")) {
      throw SearchErrors.invalidOrder(term);
    }
    return new Order(Filter.Identifier.of(tokens.getFirst()), descending);
  }
}
