package io.boathouse.registry.search;

import java.util.List;
import java.util.Optional;

/**
 * A filter as written: clauses that must all hold. Which entities, keys and comparators exist is
 * decided by the {@link SearchTarget} that compiles it.
 */
record Filter(List<Clause> clauses) {
  Filter {
    clauses = List.copyOf(clauses);
  }

  /** One condition. */
  sealed interface Clause {
    Identifier identifier();
  }

  /** A key compared with one value. */
  record Comparison(Identifier identifier, String comparator, Value value) implements Clause {}

  /** A key tested for being one of, or none of, several texts. */
  record ListTest(Identifier identifier, boolean negated, List<String> values) implements Clause {
    ListTest {
      values = List.copyOf(values);
    }
  }

  /** A key tested for being absent, or present. */
  record NullTest(Identifier identifier, boolean negated) implements Clause {}

  /**
   * @param entity what the key belongs to; empty means an attribute
   */
  record Identifier(Optional<String> entity, String key) {
    static Identifier of(Token token) {
      List<String> parts = token.parts();
      return parts.size() == 1
          ? new Identifier(Optional.empty(), parts.getFirst())
          : new Identifier(
              Optional.of(parts.getFirst()), String.join(".", parts.subList(1, parts.size())));
    }
  }

  /** The right side of a comparison, with its text as written for messages. */
  sealed interface Value {
    String raw();

    /** A number. */
    record Numeral(String raw) implements Value {}

    /** A text in quotes, and its content. */
    record Text(String raw, String content) implements Value {}

    /** A bare word, which no comparison accepts. */
    record Word(String raw) implements Value {}
  }
}
