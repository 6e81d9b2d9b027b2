package io.boathouse.sql.grammar;

import io.boathouse.sql.grammar.Token.Kind;
import java.util.List;
import java.util.Optional;

/** USE, SET and RESET. */
final class SessionRules {
  private final Cursor cursor;

  SessionRules(Cursor cursor) {
    this.cursor = cursor;
  }

  SessionStatement use() {
    cursor.expect("use");
    if (cursor.peek(1).isName()) {
      if (cursor.accept("catalog")) {
        return new SessionStatement.UseCatalog(cursor.name("a catalog"));
      }
      boolean unused = cursor.accept("schema") || cursor.accept("database");
    }
    List<String> name = cursor.names("a schema");
    if (name.size() > 2) {
      throw cursor.unexpected("a schema's name of at most two parts");
    }
    return new SessionStatement.UseSchema(name);
  }

  SessionStatement set() {
    cursor.expect("set");
    if (cursor.peek(1).isName() && cursor.accept("catalog")) {
      return new SessionStatement.UseCatalog(cursor.name("a catalog"));
    }
    if (cursor.accept("time", "zone")) {
      return new SessionStatement.Set("timezone", value());
    }
    if (!cursor.peek().isName()) {
      return new SessionStatement.ShowSettings(Optional.empty());
    }
    String name = setting();
    if (cursor.acceptSymbol("=")) {
      return new SessionStatement.Set(name, value());
    }
    return new SessionStatement.ShowSettings(Optional.of(name));
  }

  SessionStatement reset() {
    cursor.expect("reset");
    return new SessionStatement.Reset(
        cursor.peek().isName() ? Optional.of(setting()) : Optional.empty());
  }

  private String setting() {
    StringBuilder name = new StringBuilder(cursor.name("a setting"));
    while (cursor.acceptSymbol(".")) {
      name.append('.').append(cursor.name("the next part of the setting"));
    }
    return name.toString();
  }

  /** A text, number or word; quotes are not part of it. */
  private String value() {
    Token token = cursor.peek();
    if (token.kind() == Kind.END || token.kind() == Kind.SYMBOL) {
      throw cursor.unexpected("a value");
    }
    return cursor.take().value();
  }
}
