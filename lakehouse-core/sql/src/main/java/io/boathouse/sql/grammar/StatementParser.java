package io.boathouse.sql.grammar;

import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.grammar.Statement.Drop;
import io.boathouse.sql.grammar.Statement.Existing;
import io.boathouse.sql.grammar.Statement.Expression;
import io.boathouse.sql.grammar.Statement.Insert;
import io.boathouse.sql.grammar.Statement.ObjectType;
import io.boathouse.sql.grammar.Statement.Show;
import io.boathouse.sql.grammar.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Reads one statement by recursive descent. Queries are recognised by how they start. */
public final class StatementParser {
  private static final Set<String> QUERY_STARTS = Set.of("SELECT", "WITH", "FROM", "VALUES");
  private static final Set<String> REPLACED_BY = Set.of("SELECT", "WITH", "VALUES", "TABLE");
  private static final String WHAT_WE_READ =
      "SELECT, CREATE, ALTER, INSERT, COPY INTO, DELETE, UPDATE, MERGE, DROP, SHOW, DESCRIBE,"
          + " COMMENT, OPTIMIZE, VACUUM, RESTORE, GRANT or REVOKE";

  private final Cursor cursor;

  private StatementParser(String sql) {
    this.cursor = new Cursor(sql);
  }

  /**
   * Reads exactly one statement.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT with line, column and what
   *     was expected; UNSUPPORTED for statements that SQL has and we do not
   */
  public static Statement parse(String sql) {
    StatementParser parser = new StatementParser(sql);
    if (parser.cursor.peek().kind() == Kind.END) {
      throw GrammarErrors.empty();
    }
    Statement statement = parser.statement();
    parser.cursor.expectEnd();
    return statement;
  }

  private Statement statement() {
    Token first = cursor.peek();
    if (isQuery()) {
      return cursor.rest();
    }
    if (first.kind() != Kind.WORD) {
      throw cursor.unexpected(WHAT_WE_READ);
    }
    return switch (first.upper()) {
      case "CREATE" -> new CreateRules(cursor).create();
      case "INSERT" -> insert();
      case "ALTER" -> new AlterRules(cursor).alter();
      case "DELETE" -> new ChangeRules(cursor).delete();
      case "UPDATE" -> new ChangeRules(cursor).update();
      case "MERGE" -> new ChangeRules(cursor).merge();
      case "DROP" -> drop();
      case "UNDROP" -> undrop();
      case "SHOW" -> show();
      case "DESCRIBE", "DESC" -> describe();
      case "GRANT" -> new GrantRules(cursor).change(true);
      case "REVOKE" -> new GrantRules(cursor).change(false);
      case "OPTIMIZE" -> new MaintenanceRules(cursor).optimize();
      case "VACUUM" -> new MaintenanceRules(cursor).vacuum();
      case "RESTORE" -> new MaintenanceRules(cursor).restore();
      case "USE" -> new SessionRules(cursor).use();
      case "SET" -> set();
      case "UNSET" -> new DescriptionRules(cursor).unsetTag();
      case "COMMENT" -> new DescriptionRules(cursor).comment();
      case "COPY" -> copy();
      case "BEGIN", "DECLARE" ->
          throw GrammarErrors.unsupported(
              "A compound statement",
              "Send one statement at a time, or a file of them with 'boathouse sql -f'.");
      case "RESET" -> new SessionRules(cursor).reset();
      case "EXPLAIN" ->
          throw GrammarErrors.unsupported(
              "EXPLAIN", "A plan can tell of rows that the caller may not see. Run the query.");
      default -> throw other(first);
    };
  }

  private Statement copy() {
    if (!cursor.peek(1).isWord("into")) {
      throw GrammarErrors.unsupported("COPY", "Use COPY INTO, or an export of the result.");
    }
    return new CopyRules(cursor).copy();
  }

  private Statement set() {
    if (cursor.peek(1).isWord("tag") && cursor.peek(2).isWord("on")) {
      cursor.expect("set");
      return new DescriptionRules(cursor).setTag();
    }
    return new SessionRules(cursor).set();
  }

  private LakeException other(Token first) {
    Set<String> known =
        Set.of(
            "ANALYZE",
            "ATTACH",
            "CACHE",
            "CALL",
            "COMMIT",
            "DETACH",
            "EXECUTE",
            "EXPORT",
            "IMPORT",
            "INSTALL",
            "LOAD",
            "PIVOT",
            "PRAGMA",
            "PREPARE",
            "REFRESH",
            "REPLACE",
            "ROLLBACK",
            "SUMMARIZE",
            "TRUNCATE",
            "UNPIVOT");
    return known.contains(first.upper())
        ? GrammarErrors.unsupported(first.upper(), "Use " + WHAT_WE_READ + ".")
        : cursor.unexpected(WHAT_WE_READ);
  }

  private boolean isQuery() {
    int ahead = 0;
    while (cursor.peek(ahead).isSymbol("(")) {
      ahead++;
    }
    Token token = cursor.peek(ahead);
    return token.kind() == Kind.WORD
        && (QUERY_STARTS.contains(token.upper()) || token.isWord("table"));
  }

  private Insert insert() {
    cursor.expect("insert");
    boolean evolving = cursor.accept("with", "schema", "evolution");
    boolean overwrite = cursor.accept("overwrite");
    if (!overwrite) {
      cursor.expect("into");
    } else {
      boolean unused = cursor.accept("into");
    }
    if (cursor.peek().isWord("table") && cursor.peek(1).isName()) {
      cursor.expect("table");
    }
    List<String> name = cursor.names("a table");
    List<String> columns = List.of();
    if (cursor.peek().isSymbol("(") && !isQuery()) {
      columns = cursor.nameList("a column");
    }
    boolean byName = columns.isEmpty() && cursor.accept("by", "name");
    Optional<Expression> replaced = Optional.empty();
    if (!overwrite && !evolving && cursor.accept("replace", "where")) {
      replaced = Optional.of(cursor.expression("a condition", REPLACED_BY));
    }
    if (!isQuery()) {
      throw cursor.unexpected("SELECT, VALUES or another query");
    }
    return new Insert(name, columns, byName, overwrite, replaced, evolving, cursor.rest());
  }

  private Statement drop() {
    cursor.expect("drop");
    if (cursor.peek().isWord("view")) {
      return new ViewRules(cursor).drop();
    }
    if (cursor.accept("policy")) {
      return new AttributePolicyRules(cursor).drop();
    }
    ObjectType type =
        cursor.accept("function") ? ObjectType.FUNCTION : CreateRules.container(cursor);
    boolean ifExists = cursor.accept("if", "exists");
    List<String> name = cursor.names("a " + type.name().toLowerCase(Locale.ROOT));
    boolean cascade = cursor.accept("cascade");
    if (!cascade) {
      boolean unused = cursor.accept("restrict");
    }
    boolean purge = type == ObjectType.TABLE && !cascade && cursor.accept("purge");
    return new Drop(type, name, ifExists, cascade, purge);
  }

  private Statement undrop() {
    cursor.expect("undrop");
    cursor.expect("table");
    if (!cursor.peek(1).isWord("id") || !cursor.accept("with")) {
      return new Statement.Undrop(cursor.names("a table"), Optional.empty());
    }
    cursor.expect("id");
    String id = cursor.string("the table's id in single quotes");
    try {
      return new Statement.Undrop(List.of(), Optional.of(UUID.fromString(id)));
    } catch (IllegalArgumentException e) {
      throw GrammarErrors.unsupported("The id '" + id + "'", "SHOW TABLES DROPPED tells them.");
    }
  }

  private Statement show() {
    cursor.expect("show");
    if (cursor.peek().isWord("grants") || cursor.peek().isWord("grant")) {
      return new GrantRules(cursor).show();
    }
    boolean effective = cursor.accept("effective", "policies");
    if (effective || cursor.accept("policies")) {
      return new AttributePolicyRules(cursor).show(effective);
    }
    if (cursor.accept("tables", "dropped")) {
      boolean in = cursor.accept("in") || cursor.accept("from");
      return new Statement.ShowDropped(in ? cursor.names("a schema") : List.of());
    }
    Optional<Statement> listing = new ListingRules(cursor).listing();
    if (listing.isPresent()) {
      return listing.get();
    }
    Optional<Statement> shown =
        new ViewRules(cursor).show().or(() -> new DescriptionRules(cursor).show());
    if (shown.isPresent()) {
      return shown.get();
    }
    ObjectType type = shown();
    List<String> in = new ArrayList<>();
    if (type != ObjectType.CATALOG && (cursor.accept("in") || cursor.accept("from"))) {
      in.addAll(cursor.names(type == ObjectType.SCHEMA ? "a catalog" : "a schema"));
    }
    Optional<String> like = Optional.empty();
    if (cursor.accept("like") || cursor.peek().kind() == Kind.STRING) {
      like = Optional.of(cursor.string("a pattern in single quotes"));
    }
    return new Show(type, in, like);
  }

  private ObjectType shown() {
    if (cursor.accept("catalogs")) {
      return ObjectType.CATALOG;
    }
    if (cursor.accept("schemas") || cursor.accept("databases")) {
      return ObjectType.SCHEMA;
    }
    if (cursor.accept("tables")) {
      return ObjectType.TABLE;
    }
    if (cursor.accept("functions") || cursor.accept("user", "functions")) {
      return ObjectType.FUNCTION;
    }
    if (cursor.accept("volumes")) {
      return ObjectType.VOLUME;
    }
    throw cursor.unexpected("CATALOGS, SCHEMAS, TABLES, VIEWS, FUNCTIONS or GRANTS");
  }

  private Statement describe() {
    Token unused = cursor.take();
    if (cursor.peek(1).isName() && cursor.accept("history")) {
      return new MaintenanceStatement.DescribeHistory(cursor.names("a table"));
    }
    if (cursor.peek(1).isName() && cursor.accept("detail")) {
      return new MaintenanceStatement.Detail(cursor.names("a table"));
    }
    if (cursor.peek(1).isName()) {
      if (cursor.accept("catalog")) {
        return describe(ObjectType.CATALOG);
      }
      if (cursor.peek(2).isWord("on") && cursor.accept("policy")) {
        return new AttributePolicyRules(cursor).describe();
      }
      if (cursor.accept("schema") || cursor.accept("database")) {
        return describe(ObjectType.SCHEMA);
      }
      if (cursor.accept("function")) {
        return describe(ObjectType.FUNCTION);
      }
      if (cursor.accept("volume")) {
        return describe(ObjectType.VOLUME);
      }
      boolean unusedWord = cursor.accept("table") || cursor.accept("view");
    }
    return describe(ObjectType.TABLE);
  }

  private Statement describe(ObjectType type) {
    boolean extended = cursor.peek(1).isName() && cursor.accept("extended");
    return new Statement.Describe(type, cursor.names("the name to describe"), extended);
  }

  /** What CREATE says about a name that is taken. */
  static Existing existing(boolean replace, boolean ifNotExists) {
    return replace ? Existing.REPLACE : ifNotExists ? Existing.KEEP : Existing.FAIL;
  }
}
