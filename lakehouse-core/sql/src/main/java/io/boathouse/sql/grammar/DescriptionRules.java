package io.boathouse.sql.grammar;

import io.boathouse.sql.grammar.DescriptionStatement.Thing;
import io.boathouse.sql.grammar.Statement.AlterTable;
import io.boathouse.sql.grammar.Statement.ObjectType;
import io.boathouse.sql.grammar.TableAlterationClause.AlterColumn;
import io.boathouse.sql.grammar.TableAlterationClause.ColumnChange;
import io.boathouse.sql.grammar.Token.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The rules of comments, owners, tags and properties. */
final class DescriptionRules {
  private final Cursor cursor;

  DescriptionRules(Cursor cursor) {
    this.cursor = cursor;
  }

  /** CATALOG, SCHEMA, TABLE, VIEW, VOLUME, FUNCTION or MODEL. */
  ObjectType type() {
    Token token = cursor.peek();
    Optional<ObjectType> type =
        switch (token.kind() == Kind.WORD ? token.upper() : "") {
          case "CATALOG" -> Optional.of(ObjectType.CATALOG);
          case "SCHEMA", "DATABASE" -> Optional.of(ObjectType.SCHEMA);
          case "TABLE", "VIEW" -> Optional.of(ObjectType.TABLE);
          case "VOLUME" -> Optional.of(ObjectType.VOLUME);
          case "FUNCTION" -> Optional.of(ObjectType.FUNCTION);
          case "MODEL" -> Optional.of(ObjectType.MODEL);
          default -> Optional.empty();
        };
    if (type.isEmpty()) {
      throw cursor.unexpected("CATALOG, SCHEMA, TABLE, VIEW, VOLUME or FUNCTION");
    }
    Token unused = cursor.take();
    return type.get();
  }

  /** What follows the name in ALTER of anything; empty for what other rules know. */
  Optional<Statement> alter(Thing thing) {
    if (cursor.accept("set", "owner", "to") || cursor.accept("owner", "to")) {
      return Optional.of(new DescriptionStatement.SetOwner(thing, principal()));
    }
    if (cursor.accept("set", "tags")) {
      return Optional.of(new DescriptionStatement.SetTags(thing, tags()));
    }
    if (cursor.accept("unset", "tags")) {
      return Optional.of(new DescriptionStatement.UnsetTags(thing, List.copyOf(tags().keySet())));
    }
    if (thing.type() == ObjectType.TABLE && cursor.accept("rename", "to")) {
      return Optional.of(new DescriptionStatement.Rename(thing, cursor.names("a new name")));
    }
    return Optional.empty();
  }

  /** ALTER COLUMN c SET or UNSET TAGS, if that is what stands here. */
  Optional<Statement> alterColumn(List<String> table) {
    int name = cursor.peek(1).isWord("column") && cursor.peek(2).isName() ? 2 : 1;
    boolean tags =
        cursor.peek().isWord("alter")
            && cursor.peek(name).isName()
            && (cursor.peek(name + 1).isWord("set") || cursor.peek(name + 1).isWord("unset"))
            && cursor.peek(name + 2).isWord("tags");
    if (!tags) {
      return Optional.empty();
    }
    cursor.expect("alter");
    boolean unused = name == 2 && cursor.accept("column");
    return alter(new Thing(ObjectType.TABLE, table, Optional.of(cursor.name("a column"))));
  }

  /** SET TAG ON, after SET. */
  DescriptionStatement setTag() {
    cursor.expect("tag");
    Thing thing = on();
    String key = text("a tag's key");
    String value = cursor.acceptSymbol("=") ? text("a tag's value") : "";
    return new DescriptionStatement.SetTags(thing, Map.of(key, value));
  }

  /** UNSET TAG ON. */
  DescriptionStatement unsetTag() {
    cursor.expect("unset");
    cursor.expect("tag");
    Thing thing = on();
    return new DescriptionStatement.UnsetTags(thing, List.of(text("a tag's key")));
  }

  /** COMMENT ON. */
  Statement comment() {
    cursor.expect("comment");
    Thing thing = on();
    cursor.expect("is");
    String text = cursor.accept("null") ? "" : cursor.string("a comment in single quotes, or NULL");
    return thing
        .column()
        .<Statement>map(
            column ->
                new AlterTable(
                    thing.name(), new AlterColumn(List.of(column), new ColumnChange.Comment(text))))
        .orElseGet(() -> new DescriptionStatement.SetComment(thing, text));
  }

  /** SHOW TBLPROPERTIES and SHOW PARTITIONS, after SHOW. */
  Optional<Statement> show() {
    if (cursor.accept("partitions")) {
      return Optional.of(new DescriptionStatement.ShowPartitions(cursor.names("a table")));
    }
    if (!cursor.accept("tblproperties")) {
      return Optional.empty();
    }
    List<String> name = cursor.names("a table");
    Optional<String> key = Optional.empty();
    if (cursor.acceptSymbol("(")) {
      key = Optional.of(cursor.string("a property's name in single quotes"));
      cursor.expectSymbol(")");
    }
    return Optional.of(new DescriptionStatement.ShowProperties(name, key));
  }

  private Thing on() {
    cursor.expect("on");
    if (cursor.accept("column")) {
      List<String> path = cursor.path();
      if (path.size() < 2 || path.size() > 4) {
        throw cursor.unexpected("a column with the name of its table before it");
      }
      return new Thing(
          ObjectType.TABLE, path.subList(0, path.size() - 1), Optional.of(path.getLast()));
    }
    ObjectType type = type();
    List<String> name = cursor.names("a " + type.name().toLowerCase(Locale.ROOT));
    return new Thing(type, name, Optional.empty());
  }

  private Map<String, String> tags() {
    Map<String, String> tags = new LinkedHashMap<>();
    cursor.expectSymbol("(");
    do {
      String key = text("a tag's key");
      tags.put(key, cursor.acceptSymbol("=") ? text("a tag's value") : "");
    } while (cursor.acceptSymbol(","));
    cursor.expectSymbol(")");
    return tags;
  }

  private String text(String what) {
    return cursor.peek().kind() == Kind.STRING ? cursor.string(what) : cursor.name(what);
  }

  private String principal() {
    return text("a principal");
  }
}
