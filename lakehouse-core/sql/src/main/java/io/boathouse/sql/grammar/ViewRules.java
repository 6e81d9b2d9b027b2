package io.boathouse.sql.grammar;

import io.boathouse.sql.grammar.Token.Kind;
import io.boathouse.sql.grammar.ViewStatement.Column;
import io.boathouse.sql.grammar.ViewStatement.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rules of views. */
final class ViewRules {
  private final Cursor cursor;

  ViewRules(Cursor cursor) {
    this.cursor = cursor;
  }

  /** Whether a view of any kind is meant. */
  static boolean follows(Cursor cursor) {
    int ahead = cursor.peek().isWord("global") ? 1 : 0;
    Token first = cursor.peek(ahead);
    boolean kind =
        first.isWord("temporary") || first.isWord("temp") || first.isWord("materialized");
    return first.isWord("view") || (kind && cursor.peek(ahead + 1).isWord("view"));
  }

  /** What follows CREATE and OR REPLACE. */
  ViewStatement create(boolean replace) {
    if (!cursor.accept("view")) {
      throw GrammarErrors.unsupported(
          "CREATE " + cursor.peek().upper() + " VIEW",
          cursor.peek().isWord("materialized")
              ? "Create a view, or a table AS SELECT."
              : "Create a view, or write the query in a WITH clause.");
    }
    boolean ifNotExists = cursor.accept("if", "not", "exists");
    if (replace && ifNotExists) {
      throw GrammarErrors.unsupported(
          "OR REPLACE here", "Write CREATE OR REPLACE VIEW without IF NOT EXISTS.");
    }
    List<String> name = cursor.names("a view");
    Shape shape = shape(cursor.peek().isSymbol("(") ? columns() : List.of());
    cursor.expect("as");
    return new ViewStatement.Create(
        name, StatementParser.existing(replace, ifNotExists), shape, cursor.rest());
  }

  private List<Column> columns() {
    cursor.expectSymbol("(");
    List<Column> columns = new ArrayList<>();
    do {
      columns.add(new Column(cursor.name("a column"), cursor.comment()));
    } while (cursor.acceptSymbol(","));
    cursor.expectSymbol(")");
    return columns;
  }

  private Shape shape(List<Column> columns) {
    Optional<String> comment = Optional.empty();
    Map<String, String> properties = Map.of();
    while (true) {
      if (cursor.peek().isWord("comment")) {
        comment = cursor.comment();
      } else if (cursor.accept("tblproperties")) {
        properties = new CreateRules(cursor).properties();
      } else if (cursor.accept("with", "schema")) {
        throw GrammarErrors.unsupported(
            "WITH SCHEMA", "A view keeps the names of its columns, and their types follow.");
      } else {
        return new Shape(columns, comment, properties);
      }
    }
  }

  /** What follows ALTER VIEW and the name; empty for what other rules know. */
  Optional<Statement> alter(List<String> name) {
    if (cursor.accept("as")) {
      return Optional.of(new ViewStatement.SetQuery(name, cursor.rest()));
    }
    if (cursor.accept("set", "tblproperties")) {
      return Optional.of(
          new ViewStatement.SetProperties(name, new CreateRules(cursor).properties(), List.of()));
    }
    if (cursor.accept("unset", "tblproperties")) {
      boolean unused = cursor.accept("if", "exists");
      return Optional.of(new ViewStatement.SetProperties(name, Map.of(), keys()));
    }
    return Optional.empty();
  }

  private List<String> keys() {
    cursor.expectSymbol("(");
    List<String> keys = new ArrayList<>();
    do {
      keys.add(cursor.string("a property's name in single quotes"));
    } while (cursor.acceptSymbol(","));
    cursor.expectSymbol(")");
    return keys;
  }

  /** What follows DROP. */
  ViewStatement drop() {
    cursor.expect("view");
    boolean ifExists = cursor.accept("if", "exists");
    return new ViewStatement.Drop(cursor.names("a view"), ifExists);
  }

  /** SHOW VIEWS and SHOW CREATE, after SHOW. */
  Optional<Statement> show() {
    if (cursor.accept("create")) {
      if (!cursor.accept("view")) {
        cursor.expect("table");
      }
      return Optional.of(new ViewStatement.ShowCreate(cursor.names("a table or view")));
    }
    if (!cursor.accept("views")) {
      return Optional.empty();
    }
    List<String> in =
        cursor.accept("in") || cursor.accept("from") ? cursor.names("a schema") : List.of();
    Optional<String> like = Optional.empty();
    if (cursor.accept("like") || cursor.peek().kind() == Kind.STRING) {
      like = Optional.of(cursor.string("a pattern in single quotes"));
    }
    return Optional.of(new ViewStatement.Show(in, like));
  }
}
