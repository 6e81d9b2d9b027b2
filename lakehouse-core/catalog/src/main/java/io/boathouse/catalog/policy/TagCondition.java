package io.boathouse.catalog.policy;

import io.boathouse.platform.error.LakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A condition over tags: {@code hasTag('key')} and {@code hasTagValue('key', 'value')}, also
 * written has_tag and has_tag_value, with AND, OR, NOT and parentheses.
 */
sealed interface TagCondition {

  /** Whether it holds for something with these tags. */
  boolean holds(Map<String, String> tags);

  record HasTag(String key) implements TagCondition {
    @Override
    public boolean holds(Map<String, String> tags) {
      return tags.containsKey(key);
    }
  }

  record HasTagValue(String key, String value) implements TagCondition {
    @Override
    public boolean holds(Map<String, String> tags) {
      return value.equals(tags.get(key));
    }
  }

  record Not(TagCondition condition) implements TagCondition {
    @Override
    public boolean holds(Map<String, String> tags) {
      return !condition.holds(tags);
    }
  }

  record All(List<TagCondition> conditions) implements TagCondition {
    @Override
    public boolean holds(Map<String, String> tags) {
      return conditions.stream().allMatch(condition -> condition.holds(tags));
    }
  }

  record Any(List<TagCondition> conditions) implements TagCondition {
    @Override
    public boolean holds(Map<String, String> tags) {
      return conditions.stream().anyMatch(condition -> condition.holds(tags));
    }
  }

  /**
   * @param field where it stands, for the error
   * @throws LakeException INVALID_ARGUMENT naming what is not understood
   */
  static TagCondition parse(String field, String text) {
    if (text.length() > 2_000) {
      throw PolicyErrors.badCondition(field, text, "at most 2000 characters");
    }
    return new Reader(field, text).whole();
  }

  /** Reads one condition by recursive descent. */
  final class Reader {
    private static final Pattern TOKEN =
        Pattern.compile("\\s*(?:([A-Za-z_]+)|'((?:[^']|'')*)'|([(),]))");
    private static final int DEEPEST = 50;

    private final String field;
    private final String text;
    private final Matcher matcher;
    private int at;
    private int depth;

    Reader(String field, String text) {
      this.field = field;
      this.text = text;
      this.matcher = TOKEN.matcher(text);
    }

    TagCondition whole() {
      TagCondition condition = any();
      if (!text.substring(at).isBlank()) {
        throw wrong();
      }
      return condition;
    }

    private TagCondition any() {
      if (++depth > DEEPEST) {
        throw PolicyErrors.badCondition(field, text, "less nesting");
      }
      List<TagCondition> parts = new ArrayList<>(List.of(all()));
      while (takesWord("OR")) {
        parts.add(all());
      }
      depth--;
      return parts.size() == 1 ? parts.getFirst() : new Any(List.copyOf(parts));
    }

    private TagCondition all() {
      List<TagCondition> parts = new ArrayList<>(List.of(one()));
      while (takesWord("AND")) {
        parts.add(one());
      }
      return parts.size() == 1 ? parts.getFirst() : new All(List.copyOf(parts));
    }

    private TagCondition one() {
      boolean negated = false;
      while (takesWord("NOT")) {
        negated = !negated;
      }
      TagCondition condition = takes("(") ? closed(any()) : call();
      return negated ? new Not(condition) : condition;
    }

    private TagCondition call() {
      if (!next() || matcher.group(1) == null) {
        throw wrong();
      }
      String name = matcher.group(1).toLowerCase(Locale.ROOT).replace("_", "");
      at = matcher.end();
      expect("(");
      String key = string();
      TagCondition condition =
          switch (name) {
            case "hastag" -> new HasTag(key);
            case "hastagvalue" -> {
              expect(",");
              yield new HasTagValue(key, string());
            }
            default -> throw wrong();
          };
      return closed(condition);
    }

    private TagCondition closed(TagCondition condition) {
      expect(")");
      return condition;
    }

    private String string() {
      if (!next() || matcher.group(2) == null) {
        throw wrong();
      }
      at = matcher.end();
      return matcher.group(2).replace("''", "'");
    }

    private boolean next() {
      return matcher.region(at, text.length()).lookingAt();
    }

    private boolean takesWord(String word) {
      boolean found = next() && word.equalsIgnoreCase(matcher.group(1));
      at = found ? matcher.end() : at;
      return found;
    }

    private boolean takes(String mark) {
      boolean found = next() && mark.equals(matcher.group(3));
      at = found ? matcher.end() : at;
      return found;
    }

    private void expect(String mark) {
      if (!takes(mark)) {
        throw wrong();
      }
    }

    private LakeException wrong() {
      return PolicyErrors.badCondition(
          field,
          text,
          "hasTag('key') and hasTagValue('key', 'value') with AND, OR, NOT; wrong from character %d"
              .formatted(at + 1));
    }
  }
}
