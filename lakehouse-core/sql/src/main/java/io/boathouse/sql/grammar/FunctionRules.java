package io.boathouse.sql.grammar;

import io.boathouse.sql.grammar.Statement.CreateFunction;
import io.boathouse.sql.grammar.Statement.CreateFunction.Parameter;
import io.boathouse.sql.grammar.Statement.Existing;
import io.boathouse.sql.grammar.Statement.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The rules of CREATE FUNCTION. */
final class FunctionRules {
  private final Cursor cursor;
  private final CreateRules types;

  FunctionRules(Cursor cursor, CreateRules types) {
    this.cursor = cursor;
    this.types = types;
  }

  /** What follows CREATE and OR REPLACE. */
  CreateFunction create(boolean replace) {
    cursor.expect("function");
    boolean ifNotExists = cursor.accept("if", "not", "exists");
    if (replace && ifNotExists) {
      throw GrammarErrors.unsupported(
          "OR REPLACE here", "Write CREATE OR REPLACE FUNCTION without IF NOT EXISTS.");
    }
    Existing existing = StatementParser.existing(replace, ifNotExists);
    List<String> name = cursor.names("a function");
    List<Parameter> parameters = parameters();
    cursor.expect("returns");
    if (cursor.peek().isWord("table")) {
      throw GrammarErrors.unsupported("RETURNS TABLE", "Return one value.");
    }
    String returns = types.type();
    boolean deterministic = true;
    Optional<String> comment = Optional.empty();
    while (!cursor.accept("return")) {
      if (cursor.peek().isWord("comment")) {
        comment = cursor.comment();
      } else if (cursor.accept("language")) {
        language(cursor.name("SQL"));
      } else if (cursor.accept("not", "deterministic")) {
        deterministic = false;
      } else if (!characteristic()) {
        throw cursor.unexpected("RETURN, COMMENT, LANGUAGE SQL, DETERMINISTIC");
      }
    }
    Expression body = cursor.expression("an expression", Set.of());
    return new CreateFunction(name, existing, parameters, returns, deterministic, comment, body);
  }

  /** Those that say what is so anyway. */
  private boolean characteristic() {
    return cursor.accept("deterministic")
        || cursor.accept("contains", "sql")
        || cursor.accept("reads", "sql", "data")
        || cursor.accept("sql", "security", "definer");
  }

  private static void language(String language) {
    if (!language.equalsIgnoreCase("sql")) {
      throw GrammarErrors.unsupported("LANGUAGE " + language, "Write the function in SQL.");
    }
  }

  private List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    cursor.expectSymbol("(");
    if (cursor.acceptSymbol(")")) {
      return parameters;
    }
    do {
      String name = cursor.name("a parameter");
      parameters.add(new Parameter(name, types.type(), cursor.comment()));
    } while (cursor.acceptSymbol(","));
    cursor.expectSymbol(")");
    return parameters;
  }
}
