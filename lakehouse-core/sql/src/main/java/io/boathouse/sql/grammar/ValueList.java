package io.boathouse.sql.grammar;

import io.boathouse.sql.grammar.Statement.Expression;
import io.boathouse.sql.grammar.Statement.Query;
import io.boathouse.sql.grammar.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/**
 * The rows of VALUES, for an INSERT that says DEFAULT in some.
 *
 * @param rows of one width
 */
public record ValueList(List<List<Expression>> rows) {
  public ValueList {
    rows = rows.stream().map(List::copyOf).toList();
  }

  /** The rows of a query that is VALUES with a DEFAULT in it and nothing else. */
  public static Optional<ValueList> withDefaults(Query query) {
    Cursor cursor = new Cursor(query.text());
    if (!cursor.accept("values")) {
      return Optional.empty();
    }
    List<List<Expression>> rows = new ArrayList<>();
    boolean defaults = false;
    do {
      if (!cursor.acceptSymbol("(")) {
        return Optional.empty();
      }
      List<Expression> row = new ArrayList<>();
      do {
        row.add(cursor.item("a value", Set.of()));
        defaults |= isDefault(row.getLast());
      } while (cursor.acceptSymbol(","));
      cursor.expectSymbol(")");
      rows.add(row);
    } while (cursor.acceptSymbol(","));
    boolean even = rows.stream().allMatch(row -> row.size() == rows.getFirst().size());
    return defaults && even && cursor.peek().kind() == Kind.END
        ? Optional.of(new ValueList(rows))
        : Optional.empty();
  }

  /** Whether an expression is the word DEFAULT. */
  public static boolean isDefault(Expression expression) {
    return expression.text().strip().equalsIgnoreCase("default");
  }

  /** How many values each row has. */
  public int width() {
    return rows.getFirst().size();
  }

  /** Whether every row says DEFAULT at a place. */
  public boolean isDefault(int place) {
    return rows.stream().allMatch(row -> isDefault(row.get(place)));
  }

  /** Whether some row says DEFAULT at a place. */
  public boolean hasDefault(int place) {
    return rows.stream().anyMatch(row -> isDefault(row.get(place)));
  }

  /**
   * The query of some places of the rows.
   *
   * @param defaults what DEFAULT stands for at each of the places
   */
  public Query query(List<Integer> places, List<String> defaults) {
    StringJoiner text = new StringJoiner(", ", "VALUES ", "");
    for (List<Expression> row : rows) {
      StringJoiner items = new StringJoiner(", ", "(", ")");
      for (int i = 0; i < places.size(); i++) {
        Expression value = row.get(places.get(i));
        items.add(isDefault(value) ? defaults.get(i) : value.text());
      }
      text.add(items.toString());
    }
    return new Query(text.toString());
  }
}
