package io.boathouse.sql.grammar;

import io.boathouse.sql.grammar.Statement.ColumnDefinition;
import io.boathouse.sql.grammar.Statement.ColumnFilling;
import io.boathouse.sql.grammar.Statement.CreateTable;
import io.boathouse.sql.grammar.Statement.Existing;
import io.boathouse.sql.grammar.Statement.Expression;
import io.boathouse.sql.grammar.Statement.ObjectType;
import io.boathouse.sql.grammar.Statement.Query;
import io.boathouse.sql.grammar.Statement.TableOptions;
import io.boathouse.sql.grammar.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rules of CREATE. */
final class CreateRules {
  private static final Set<String> AFTER_DEFAULT = Set.of("NOT", "COMMENT");

  private final Cursor cursor;
  private final List<PolicyClause> policies = new ArrayList<>();

  CreateRules(Cursor cursor) {
    this.cursor = cursor;
  }

  Statement create() {
    cursor.expect("create");
    boolean replace = cursor.accept("or", "replace");
    if (cursor.peek().isWord("function")) {
      return new FunctionRules(cursor, this).create(replace);
    }
    if (cursor.accept("policy")) {
      return new AttributePolicyRules(cursor).create(replace);
    }
    if (ViewRules.follows(cursor)) {
      return new ViewRules(cursor).create(replace);
    }
    ObjectType type = container(cursor);
    boolean ifNotExists = cursor.accept("if", "not", "exists");
    if (replace && (ifNotExists || type != ObjectType.TABLE)) {
      throw GrammarErrors.unsupported(
          "OR REPLACE here", "Write CREATE OR REPLACE TABLE without IF NOT EXISTS.");
    }
    return switch (type) {
      case CATALOG ->
          new Statement.CreateCatalog(cursor.name("a catalog"), ifNotExists, cursor.comment());
      case SCHEMA ->
          new Statement.CreateSchema(cursor.names("a schema"), ifNotExists, cursor.comment());
      default -> table(StatementParser.existing(replace, ifNotExists));
    };
  }

  /** CATALOG, SCHEMA (or DATABASE) or TABLE. */
  static ObjectType container(Cursor cursor) {
    if (cursor.accept("catalog")) {
      return ObjectType.CATALOG;
    }
    if (cursor.accept("schema") || cursor.accept("database")) {
      return ObjectType.SCHEMA;
    }
    if (cursor.accept("table")) {
      return ObjectType.TABLE;
    }
    throw cursor.unexpected("CATALOG, SCHEMA or TABLE");
  }

  private Statement table(Existing existing) {
    List<String> name = cursor.names("a table");
    if (cursor.peek().isWord("shallow")
        || cursor.peek().isWord("deep")
        || cursor.peek().isWord("clone")) {
      if (existing == Existing.REPLACE) {
        throw GrammarErrors.unsupported("OR REPLACE with CLONE", "Drop the table first.");
      }
      return new MaintenanceRules(cursor).clone(name, existing);
    }
    List<ColumnDefinition> columns = cursor.peek().isSymbol("(") ? columns() : List.of();
    TableOptions options = options();
    Optional<Query> query = Optional.empty();
    if (cursor.accept("as")) {
      if (!columns.isEmpty()) {
        throw GrammarErrors.unsupported(
            "CREATE TABLE with columns and AS", "Cast the columns in the query instead.");
      }
      query = Optional.of(cursor.rest());
    } else if (columns.isEmpty() && options.location().isEmpty()) {
      throw cursor.unexpected("columns in parentheses, LOCATION, or AS and a query");
    }
    if (options.location().isPresent() && existing == Existing.REPLACE) {
      throw GrammarErrors.unsupported(
          "OR REPLACE of a table with a LOCATION", "Drop the table first; its files stay.");
    }
    if ((query.isPresent() || options.location().isPresent()) && !policies.isEmpty()) {
      throw GrammarErrors.unsupported(
          "A row filter or mask with AS or LOCATION",
          "Create the table with columns and its policies, then INSERT.");
    }
    return new CreateTable(name, existing, columns, options, query, policies);
  }

  ColumnDefinition column() {
    String name = cursor.name("a column");
    String type = type();
    boolean nullable = true;
    Optional<String> comment = Optional.empty();
    Optional<ColumnFilling> filling = Optional.empty();
    while (true) {
      if (cursor.accept("not")) {
        cursor.expect("null");
        nullable = false;
      } else if (cursor.peek().isWord("comment")) {
        comment = cursor.comment();
      } else if (cursor.accept("mask")) {
        policies.add(new PolicyRules(cursor).mask(name));
      } else if (filling.isEmpty() && cursor.accept("default")) {
        filling = Optional.of(new ColumnFilling.Default(cursor.item("a value", AFTER_DEFAULT)));
      } else if (filling.isEmpty() && cursor.accept("generated")) {
        filling = Optional.of(generated());
      } else {
        return new ColumnDefinition(name, type, nullable, comment, filling);
      }
    }
  }

  private ColumnFilling generated() {
    boolean explicit = cursor.accept("by", "default");
    if (!explicit) {
      cursor.expect("always");
    }
    cursor.expect("as");
    if (cursor.accept("identity")) {
      return identity(explicit);
    }
    if (explicit) {
      throw cursor.unexpected("IDENTITY");
    }
    cursor.expectSymbol("(");
    Expression value = cursor.enclosed("an expression");
    cursor.expectSymbol(")");
    return new ColumnFilling.Generated(value);
  }

  private ColumnFilling identity(boolean explicit) {
    long start = 1;
    long step = 1;
    if (cursor.acceptSymbol("(")) {
      while (!cursor.acceptSymbol(")")) {
        if (cursor.accept("start", "with")) {
          start = cursor.number();
        } else if (cursor.accept("increment", "by")) {
          step = cursor.number();
        } else if (!cursor.acceptSymbol(",")) {
          throw cursor.unexpected("START WITH or INCREMENT BY");
        }
      }
    }
    return new ColumnFilling.Identity(start, step, explicit);
  }

  /** What the columns and options read so far say of row filters and masks. */
  List<PolicyClause> policies() {
    return policies;
  }

  /** Columns in parentheses. */
  List<ColumnDefinition> columns() {
    cursor.expectSymbol("(");
    List<ColumnDefinition> columns = new ArrayList<>();
    do {
      columns.add(column());
    } while (cursor.acceptSymbol(","));
    if (!cursor.peek().isSymbol(")")) {
      throw cursor.unexpected(
          "NOT NULL, DEFAULT, GENERATED, COMMENT, MASK, ',' or ')' after the column's type");
    }
    cursor.expectSymbol(")");
    return columns;
  }

  /** A type name with what belongs to it in parentheses or angle brackets. */
  String type() {
    int start = cursor.peek().start();
    int end = cursor.peek().end();
    String unused = cursor.name("a type");
    int depth = 0;
    while (cursor.peek().kind() != Kind.END) {
      Token token = cursor.peek();
      if (token.isSymbol("(") || token.isSymbol("<")) {
        depth++;
      } else if (depth > 0 && (token.isSymbol(")") || token.isSymbol(">"))) {
        depth--;
      } else if (depth == 0) {
        break;
      }
      end = cursor.take().end();
    }
    if (depth > 0) {
      throw cursor.unexpected("the closing bracket of the type");
    }
    return cursor.sql().substring(start, end);
  }

  private TableOptions options() {
    List<String> partitionedBy = List.of();
    List<String> clusteredBy = List.of();
    Optional<String> comment = Optional.empty();
    Map<String, String> properties = Map.of();
    Optional<String> location = Optional.empty();
    while (true) {
      if (cursor.accept("using")) {
        delta(cursor.name("DELTA"));
      } else if (cursor.accept("partitioned", "by")) {
        partitionedBy = cursor.nameList("a column");
      } else if (cursor.accept("tblproperties")) {
        properties = properties();
      } else if (cursor.peek().isWord("comment")) {
        comment = cursor.comment();
      } else if (cursor.accept("with", "row", "filter")) {
        policies.add(new PolicyRules(cursor).rowFilter());
      } else if (cursor.accept("cluster", "by")) {
        clusteredBy = cursor.nameList("a column");
      } else if (cursor.accept("location")) {
        location = Optional.of(cursor.string("a location in single quotes"));
      } else {
        return new TableOptions(partitionedBy, clusteredBy, comment, properties, location);
      }
    }
  }

  private static void delta(String format) {
    if (!format.equalsIgnoreCase("delta")) {
      throw GrammarErrors.unsupported("USING " + format, "Every table is a Delta table.");
    }
  }

  /** Properties in parentheses. */
  Map<String, String> properties() {
    cursor.expectSymbol("(");
    Map<String, String> properties = new LinkedHashMap<>();
    do {
      String key = cursor.string("a property's name in single quotes");
      cursor.expectSymbol("=");
      properties.put(key, cursor.string("a property's value in single quotes"));
    } while (cursor.acceptSymbol(","));
    cursor.expectSymbol(")");
    return properties;
  }
}
