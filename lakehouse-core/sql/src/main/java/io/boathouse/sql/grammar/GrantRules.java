package io.boathouse.sql.grammar;

import io.boathouse.sql.grammar.AccessStatement.ChangeGrant;
import io.boathouse.sql.grammar.AccessStatement.ShowGrants;
import io.boathouse.sql.grammar.Statement.ObjectType;
import io.boathouse.sql.grammar.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/** The rules of GRANT, REVOKE and SHOW GRANTS. */
final class GrantRules {
  private final Cursor cursor;

  GrantRules(Cursor cursor) {
    this.cursor = cursor;
  }

  ChangeGrant change(boolean grant) {
    cursor.expect(grant ? "grant" : "revoke");
    List<String> privileges = new ArrayList<>();
    do {
      privileges.add(privilege());
    } while (cursor.acceptSymbol(","));
    cursor.expect("on");
    ObjectType type = type();
    List<String> name = type == ObjectType.METASTORE ? List.of() : cursor.names("the thing");
    cursor.expect(grant ? "to" : "from");
    return new ChangeGrant(grant, privileges, type, name, principal());
  }

  ShowGrants show() {
    Token unused = cursor.take();
    Optional<String> principal =
        cursor.peek().isWord("on") ? Optional.empty() : Optional.of(principal());
    cursor.expect("on");
    ObjectType type = type();
    List<String> name = type == ObjectType.METASTORE ? List.of() : cursor.names("the thing");
    return new ShowGrants(type, name, principal);
  }

  /** One or more words up to a comma or ON. */
  private String privilege() {
    StringJoiner words = new StringJoiner(" ");
    while (cursor.peek().kind() == Kind.WORD && !cursor.peek().isWord("on")) {
      words.add(cursor.take().upper());
    }
    if (words.length() == 0) {
      throw cursor.unexpected("a privilege such as SELECT");
    }
    return words.toString();
  }

  private String principal() {
    if (cursor.peek().kind() == Kind.STRING) {
      return cursor.take().value();
    }
    return cursor.name("a principal");
  }

  /** The kind of thing; a name alone is a table's. */
  private ObjectType type() {
    if (cursor.accept("metastore")) {
      return ObjectType.METASTORE;
    }
    if (cursor.accept("serving", "endpoint")) {
      return ObjectType.SERVING_ENDPOINT;
    }
    if (!cursor.peek(1).isName()) {
      return ObjectType.TABLE;
    }
    Token token = cursor.peek();
    ObjectType type =
        switch (token.upper()) {
          case "CATALOG" -> ObjectType.CATALOG;
          case "SCHEMA", "DATABASE" -> ObjectType.SCHEMA;
          case "TABLE", "VIEW" -> ObjectType.TABLE;
          case "VOLUME" -> ObjectType.VOLUME;
          case "FUNCTION" -> ObjectType.FUNCTION;
          case "MODEL" -> ObjectType.MODEL;
          case "EXPERIMENT" -> ObjectType.EXPERIMENT;
          default -> ObjectType.TABLE;
        };
    if (type != ObjectType.TABLE || token.isWord("table") || token.isWord("view")) {
      boolean metastoreWord = cursor.peek(1).isWord("to") || cursor.peek(1).isWord("from");
      if (!metastoreWord) {
        Token unused = cursor.take();
        return type;
      }
    }
    return ObjectType.TABLE;
  }
}
