package io.boathouse.sql.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Words of Spark SQL that the engine's parser takes for others, or knows by another name: {@code
 * array(…)}, {@code exists(list, test)}, {@code char(65)}, {@code any(…)}, {@code r'…'}, {@code
 * div}, {@code <=>}, {@code RLIKE}, {@code MINUS}, {@code LEFT SEMI JOIN}, {@code * EXCEPT (…)}.
 */
public final class SparkWords {
  /** The name that {@code exists} with a test has in the tree. */
  public static final String EXISTS = "bound_exists";

  private static final Pattern MAYBE =
      Pattern.compile(
          "(?i)\\b(array|exists|char|any|some|div|rlike|regexp|minus|semi|anti|except|r)\\b|<=>");
  private static final Set<String> QUERY = Set.of("SELECT", "WITH", "FROM", "VALUES", "TABLE");
  private static final Set<String> AFTER_VALUE =
      Set.of(
          "FROM",
          "WHERE",
          "GROUP",
          "ORDER",
          "HAVING",
          "LIMIT",
          "QUALIFY",
          "WINDOW",
          "UNION",
          "AND",
          "OR",
          "THEN",
          "ELSE",
          "END",
          "AS",
          "IS",
          "IN",
          "BETWEEN",
          "LIKE",
          "EXCEPT",
          "INTERSECT");
  private static final Set<String> BEFORE_VALUE =
      Set.of(
          "SELECT",
          "DISTINCT",
          "WHERE",
          "AND",
          "OR",
          "NOT",
          "BY",
          "ON",
          "WHEN",
          "THEN",
          "ELSE",
          "CASE",
          "HAVING",
          "QUALIFY",
          "BETWEEN",
          "IN",
          "AS");

  private final String written;
  private final List<Token> tokens;
  private final StringBuilder text = new StringBuilder();
  private final List<Change> changes = new ArrayList<>();
  private int copied;

  /**
   * A place where the texts part.
   *
   * @param at where the new text goes on as the written one does
   * @param written where that is in the written text
   */
  private record Change(int at, int written) {}

  private SparkWords(String sql, List<Token> tokens) {
    this.written = sql;
    this.tokens = tokens;
  }

  /** A text in the engine's words; most are as they were. */
  public static SparkWords of(String sql) {
    if (!MAYBE.matcher(sql).find()) {
      SparkWords same = new SparkWords(sql, List.of());
      same.text.append(sql);
      return same;
    }
    SparkWords words = new SparkWords(sql, Tokenizer.tokenize(sql));
    for (int i = 0; i + 1 < words.tokens.size(); i++) {
      words.word(i);
    }
    words.text.append(sql, words.copied, sql.length());
    return words;
  }

  /** What the engine is to read. */
  public String text() {
    return text.toString();
  }

  /** The place in the written text of a place in the engine's. */
  public int written(int at) {
    int place = at;
    for (Change change : changes) {
      if (change.at() <= at) {
        place = change.written() + at - change.at();
      }
    }
    return Math.clamp(place, 0, written.length());
  }

  private void word(int i) {
    Token token = tokens.get(i);
    boolean call = tokens.get(i + 1).isSymbol("(");
    switch (token.kind() == Token.Kind.WORD ? token.upper() : token.value()) {
      case "ARRAY" -> put(call && !query(i + 2), i, "list_value");
      case "EXISTS" -> put(call && !query(i + 2) && !at(i + 2).isSymbol("("), i, EXISTS);
      case "CHAR" -> put(call && !at(i - 1).isWord("as") && !at(i - 1).isSymbol("::"), i, "chr");
      case "ANY", "SOME" -> put(call && !query(i + 2) && startsValue(i), i, "bool_or");
      case "R" -> put(adjacentText(i), i, "");
      case "DIV" -> put(between(i), i, "//");
      case "RLIKE", "REGEXP" -> matches(i);
      case "MINUS" -> put(i > 0 && (query(i + 1) || isSet(i + 1)), i, "EXCEPT");
      case "LEFT" -> put(isHalfJoin(i + 1), i, "");
      case "EXCEPT" -> put(call && at(i - 1).isSymbol("*") && !query(i + 2), i, "EXCLUDE");
      case "<" -> equal(i);
      default -> {}
    }
  }

  private Token at(int i) {
    return tokens.get(Math.clamp(i, 0, tokens.size() - 1));
  }

  private boolean query(int i) {
    return at(i).kind() == Token.Kind.WORD && QUERY.contains(at(i).upper());
  }

  private boolean isSet(int i) {
    return at(i).isWord("all") || at(i).isWord("distinct") || (at(i).isSymbol("(") && query(i + 1));
  }

  private boolean isHalfJoin(int i) {
    return (at(i).isWord("semi") || at(i).isWord("anti")) && at(i + 1).isWord("join");
  }

  private boolean adjacentText(int i) {
    return at(i + 1).kind() == Token.Kind.STRING
        && at(i + 1).start() == at(i).end()
        && written.charAt(at(i).end()) == '\'';
  }

  /** Whether a value can begin here, rather than an operator end. */
  private boolean startsValue(int i) {
    Token before = at(i - 1);
    return i == 0
        || before.isSymbol(",")
        || before.isSymbol("(")
        || (before.kind() == Token.Kind.WORD && BEFORE_VALUE.contains(before.upper()));
  }

  /** Whether an operator stands here, rather than a name. */
  private boolean between(int i) {
    Token before = at(i - 1);
    Token after = at(i + 1);
    boolean left =
        i > 0
            && (before.kind() == Token.Kind.NUMBER
                || before.kind() == Token.Kind.STRING
                || before.kind() == Token.Kind.QUOTED
                || before.isSymbol(")")
                || before.isSymbol("]")
                || (before.kind() == Token.Kind.WORD && !BEFORE_VALUE.contains(before.upper())));
    boolean right =
        after.kind() == Token.Kind.NUMBER
            || after.kind() == Token.Kind.QUOTED
            || after.isSymbol("(")
            || after.isSymbol("-")
            || (after.kind() == Token.Kind.WORD && !AFTER_VALUE.contains(after.upper()));
    return left && right;
  }

  /** The engine's operator wants the whole text to match. */
  private void matches(int i) {
    boolean not = at(i - 1).isWord("not");
    boolean raw = at(i + 1).isWord("r") && adjacentText(i + 1);
    Token pattern = at(raw ? i + 2 : i + 1);
    if (i == 0 || pattern.kind() != Token.Kind.STRING) {
      return;
    }
    String whole = "(?s:.*)(?:" + pattern.value() + ")(?s:.*)";
    String operator = (not ? "!~ '" : "~ '") + whole.replace("'", "''") + "'";
    put(at(not ? i - 1 : i).start(), pattern.end(), operator);
  }

  private void equal(int i) {
    boolean adjacent =
        at(i + 1).isSymbol("=")
            && at(i + 2).isSymbol(">")
            && at(i + 2).end() - at(i).start() == "<=>".length();
    if (adjacent) {
      put(at(i).start(), at(i + 2).end(), " IS NOT DISTINCT FROM ");
    }
  }

  private void put(boolean really, int i, String word) {
    if (really) {
      put(at(i).start(), at(i).end(), word);
    }
  }

  private void put(int start, int end, String word) {
    if (start >= copied) {
      text.append(written, copied, start).append(word);
      copied = end;
      changes.add(new Change(text.length(), end));
    }
  }
}
