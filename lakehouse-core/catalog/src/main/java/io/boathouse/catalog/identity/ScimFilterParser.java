package io.boathouse.catalog.identity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads filters by the grammar of RFC 7644 figure 1, by descent: {@code or} binds less than {@code
 * and}. Length and depth are bounded.
 */
final class ScimFilterParser {
  private static final int LONGEST = 2_000;
  private static final int DEEPEST = 20;
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*+(?:(?<text>\"(?:[^\"\\\\]|\\\\[\"\\\\/bfnrt])*+\")"
              + "|(?<mark>[()])|(?<word>[^\\s()\"]++))");

  private final String filter;
  private final Matcher tokens;
  private String token = "";
  private boolean quoted;
  private int depth;

  private ScimFilterParser(String filter) {
    this.filter = filter;
    this.tokens = TOKEN.matcher(filter);
    next();
  }

  /**
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT with the reason
   *     INVALID_FILTER
   */
  static ScimFilter parse(String filter) {
    if (filter.length() > LONGEST) {
      throw IdentityErrors.invalidFilter(filter);
    }
    ScimFilterParser parser = new ScimFilterParser(filter);
    ScimFilter parsed = parser.or();
    if (!parser.token.isEmpty()) {
      throw parser.invalid();
    }
    return parsed;
  }

  private ScimFilter or() {
    ScimFilter left = and();
    while (word("or")) {
      left = new ScimFilter.Or(left, and());
    }
    return left;
  }

  private ScimFilter and() {
    ScimFilter left = term();
    while (word("and")) {
      left = new ScimFilter.And(left, term());
    }
    return left;
  }

  private ScimFilter term() {
    depth++;
    if (depth > DEEPEST) {
      throw invalid();
    }
    ScimFilter term = word("not") ? new ScimFilter.Not(group()) : plainTerm();
    depth--;
    return term;
  }

  private ScimFilter plainTerm() {
    return token.equals("(") ? group() : comparison();
  }

  private ScimFilter group() {
    if (!word("(")) {
      throw invalid();
    }
    ScimFilter inner = or();
    if (!word(")")) {
      throw invalid();
    }
    return inner;
  }

  private ScimFilter comparison() {
    String attribute = taken(false);
    if (!attribute.matches("[A-Za-z$][\\w.$:-]{0,120}")) {
      throw invalid();
    }
    String bare = attribute.substring(attribute.lastIndexOf(':') + 1);
    if (word("pr")) {
      return new ScimFilter.Present(bare);
    }
    ScimFilter.Operator operator = operator(taken(false)).orElseThrow(this::invalid);
    boolean text = quoted;
    String value = taken(true);
    if (!text && !value.matches("true|false|null|-?\\d{1,18}(\\.\\d{1,18})?")) {
      throw invalid();
    }
    return new ScimFilter.Compare(bare, operator, value);
  }

  private static Optional<ScimFilter.Operator> operator(String word) {
    return Arrays.stream(ScimFilter.Operator.values())
        .filter(operator -> operator.name().equals(word.toUpperCase(Locale.ROOT)))
        .findFirst();
  }

  private boolean word(String expected) {
    if (quoted || !token.equalsIgnoreCase(expected)) {
      return false;
    }
    next();
    return true;
  }

  private String taken(boolean mayBeText) {
    if ((token.isEmpty() && !quoted) || (quoted && !mayBeText)) {
      throw invalid();
    }
    String taken = token;
    next();
    return taken;
  }

  private void next() {
    if (!tokens.lookingAt()) {
      if (!filter.substring(tokens.regionStart()).isBlank()) {
        throw invalid();
      }
      token = "";
      quoted = false;
      return;
    }
    String text = tokens.group("text");
    quoted = text != null;
    token =
        text != null
            ? text.substring(1, text.length() - 1).replaceAll("\\\\(.)", "$1")
            : tokens.group().strip();
    tokens.region(tokens.end(), filter.length());
  }

  private RuntimeException invalid() {
    return IdentityErrors.invalidFilter(filter);
  }
}
