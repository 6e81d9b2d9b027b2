package io.boathouse.sql.grammar;

import io.boathouse.sql.grammar.MergeClause.Action;
import io.boathouse.sql.grammar.MergeClause.Assignment;
import io.boathouse.sql.grammar.MergeClause.Of;
import io.boathouse.sql.grammar.Statement.Delete;
import io.boathouse.sql.grammar.Statement.Expression;
import io.boathouse.sql.grammar.Statement.Query;
import io.boathouse.sql.grammar.Statement.Target;
import io.boathouse.sql.grammar.Statement.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The rules of DELETE, UPDATE and MERGE. */
final class ChangeRules {
  private static final Set<String> NO_ALIAS = Set.of("SET", "WHERE", "USING", "ON", "WHEN", "AS");

  private final Cursor cursor;

  ChangeRules(Cursor cursor) {
    this.cursor = cursor;
  }

  Delete delete() {
    cursor.expect("delete");
    cursor.expect("from");
    Target target = target();
    return new Delete(target, where());
  }

  Update update() {
    cursor.expect("update");
    Target target = target();
    cursor.expect("set");
    List<Assignment> set = assignments(Set.of("WHERE"));
    return new Update(target, set, where());
  }

  Statement.Merge merge() {
    cursor.expect("merge");
    boolean evolving = cursor.accept("with", "schema", "evolution");
    cursor.expect("into");
    Target target = target();
    cursor.expect("using");
    Query source = source();
    String alias = sourceAlias;
    cursor.expect("on");
    Expression on = cursor.expression("a condition", Set.of("WHEN"));
    List<MergeClause> clauses = new ArrayList<>();
    while (cursor.peek().isWord("when")) {
      clauses.add(clause());
    }
    if (clauses.isEmpty()) {
      throw cursor.unexpected("WHEN MATCHED or WHEN NOT MATCHED");
    }
    return new Statement.Merge(target, source, alias, on, clauses, evolving);
  }

  private String sourceAlias = "";

  /** A table is the query of all its rows. */
  private Query source() {
    if (cursor.acceptSymbol("(")) {
      Query query = new Query(cursor.enclosed("a query").text());
      cursor.expectSymbol(")");
      sourceAlias = alias().orElseThrow(() -> cursor.unexpected("a name for the source"));
      return query;
    }
    int start = cursor.peek().start();
    List<String> name = cursor.names("a table or a query in parentheses");
    String text = cursor.since(start);
    sourceAlias = alias().orElse(name.getLast());
    return new Query("SELECT * FROM " + text);
  }

  private Target target() {
    List<String> name = cursor.names("a table");
    return new Target(name, alias());
  }

  private Optional<String> alias() {
    if (cursor.accept("as")) {
      return Optional.of(cursor.name("another name"));
    }
    Token next = cursor.peek();
    boolean keyword = next.kind() == Token.Kind.WORD && NO_ALIAS.contains(next.upper());
    return next.isName() && !keyword ? Optional.of(cursor.name("another name")) : Optional.empty();
  }

  private Optional<Expression> where() {
    return cursor.accept("where")
        ? Optional.of(cursor.expression("a condition", Set.of()))
        : Optional.empty();
  }

  private List<Assignment> assignments(Set<String> end) {
    List<Assignment> set = new ArrayList<>();
    do {
      List<String> column = cursor.names("a column");
      cursor.expectSymbol("=");
      set.add(new Assignment(column, cursor.item("a value", end)));
    } while (cursor.acceptSymbol(","));
    return set;
  }

  private MergeClause clause() {
    cursor.expect("when");
    Of of = Of.MATCHED;
    if (cursor.accept("not", "matched")) {
      of = cursor.accept("by", "source") ? Of.NOT_MATCHED_BY_SOURCE : Of.NOT_MATCHED;
      if (of == Of.NOT_MATCHED && cursor.accept("by")) {
        cursor.expect("target");
      }
    } else {
      cursor.expect("matched");
    }
    Optional<Expression> condition =
        cursor.accept("and")
            ? Optional.of(cursor.expression("a condition", Set.of("THEN")))
            : Optional.empty();
    cursor.expect("then");
    return new MergeClause(of, condition, of == Of.NOT_MATCHED ? insert() : change());
  }

  private Action change() {
    if (cursor.accept("delete")) {
      return new Action.Delete();
    }
    cursor.expect("update");
    cursor.expect("set");
    return cursor.acceptSymbol("*")
        ? new Action.SetAll()
        : new Action.Set(assignments(Set.of("WHEN")));
  }

  private Action insert() {
    cursor.expect("insert");
    if (cursor.acceptSymbol("*")) {
      return new Action.SetAll();
    }
    List<String> columns = cursor.nameList("a column");
    cursor.expect("values");
    cursor.expectSymbol("(");
    List<Assignment> set = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (i > 0) {
        cursor.expectSymbol(",");
      }
      set.add(new Assignment(List.of(columns.get(i)), cursor.item("a value", Set.of())));
    }
    cursor.expectSymbol(")");
    return new Action.Set(set);
  }
}
