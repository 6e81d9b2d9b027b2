package io.boathouse.sql.grammar;

import io.boathouse.sql.grammar.Listing.What;
import io.boathouse.sql.grammar.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The forms of SHOW by which drivers ask for metadata. */
final class ListingRules {
  private final Cursor cursor;

  ListingRules(Cursor cursor) {
    this.cursor = cursor;
  }

  /** One of these forms, if it follows the word SHOW. */
  Optional<Statement> listing() {
    Token first = cursor.peek();
    return switch (first.kind() == Kind.WORD ? first.upper() : "") {
      case "SCHEMAS", "DATABASES" -> everywhere() ? Optional.of(over(What.SCHEMAS)) : none();
      case "TABLES" -> everywhere() ? Optional.of(over(What.TABLES)) : none();
      case "VIEWS" -> everywhere() ? Optional.of(over(What.VIEWS)) : none();
      case "COLUMNS" -> Optional.of(everywhere() ? over(What.COLUMNS) : columnsOfTable());
      case "FUNCTIONS" -> everywhere() ? Optional.of(over(What.FUNCTIONS)) : none();
      case "PROCEDURES" -> everywhere() ? Optional.of(over(What.PROCEDURES)) : none();
      case "TABLE_TYPES" -> {
        Token unused = cursor.take();
        yield Optional.of(Listing.of(What.TABLE_TYPES, List.of()));
      }
      case "KEYS" -> {
        Token unused = cursor.take();
        yield Optional.of(keys(What.KEYS));
      }
      case "FOREIGN" -> {
        Token unused = cursor.take();
        cursor.expect("keys");
        yield Optional.of(keys(What.FOREIGN_KEYS));
      }
      default -> none();
    };
  }

  private static Optional<Statement> none() {
    return Optional.empty();
  }

  /** Whether IN CATALOG c, or IN ALL CATALOGS, follows the next word. */
  private boolean everywhere() {
    Token in = cursor.peek(1);
    boolean catalog = cursor.peek(2).isWord("catalog") && cursor.peek(3).isName();
    boolean all = cursor.peek(2).isWord("all") && cursor.peek(3).isWord("catalogs");
    return (in.isWord("in") || in.isWord("from")) && (catalog || all);
  }

  private Listing over(What what) {
    Token unused = cursor.take();
    unused = cursor.take();
    Optional<String> catalog = Optional.empty();
    if (cursor.accept("catalog")) {
      catalog = Optional.of(cursor.name("a catalog"));
    } else {
      cursor.expect("all");
      cursor.expect("catalogs");
    }
    Optional<String> schemas = pattern("schema");
    Optional<String> tables = pattern("table");
    Optional<String> like = Optional.empty();
    if (cursor.accept("like") || cursor.peek().kind() == Kind.STRING) {
      like = Optional.of(cursor.string("a pattern in single quotes"));
    }
    return new Listing(what, catalog, List.of(), schemas, tables, like);
  }

  private Optional<String> pattern(String what) {
    return cursor.accept(what, "like")
        ? Optional.of(cursor.string("a pattern in single quotes"))
        : Optional.empty();
  }

  private Listing columnsOfTable() {
    Token unused = cursor.take();
    in();
    boolean unusedWord = cursor.peek(1).isName() && cursor.accept("table");
    return Listing.of(What.COLUMNS_OF_TABLE, cursor.names("a table"));
  }

  /** IN CATALOG c IN SCHEMA s IN TABLE t. */
  private Listing keys(What what) {
    List<String> names = new ArrayList<>();
    for (String part : List.of("catalog", "schema", "table")) {
      in();
      cursor.expect(part);
      names.add(cursor.name("a " + part.toLowerCase(Locale.ROOT)));
    }
    return Listing.of(what, names);
  }

  private void in() {
    if (!cursor.accept("in")) {
      cursor.expect("from");
    }
  }
}
