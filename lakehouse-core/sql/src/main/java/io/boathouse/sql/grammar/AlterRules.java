package io.boathouse.sql.grammar;

import io.boathouse.sql.grammar.Statement.AlterTable;
import io.boathouse.sql.grammar.Statement.ColumnDefinition;
import io.boathouse.sql.grammar.Statement.Expression;
import io.boathouse.sql.grammar.Statement.ObjectType;
import io.boathouse.sql.grammar.TableAlterationClause.ColumnChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The rules of ALTER TABLE. */
final class AlterRules {
  private final Cursor cursor;

  AlterRules(Cursor cursor) {
    this.cursor = cursor;
  }

  Statement alter() {
    cursor.expect("alter");
    boolean view = cursor.peek().isWord("view");
    DescriptionRules descriptions = new DescriptionRules(cursor);
    ObjectType type = descriptions.type();
    List<String> name = cursor.names("a " + type.name().toLowerCase(Locale.ROOT));
    Optional<Statement> described =
        descriptions
            .alter(new DescriptionStatement.Thing(type, name, Optional.empty()))
            .or(() -> view ? new ViewRules(cursor).alter(name) : Optional.empty())
            .or(() -> type == ObjectType.TABLE ? descriptions.alterColumn(name) : Optional.empty());
    if (described.isPresent()) {
      return described.get();
    }
    if (view) {
      throw cursor.unexpected("AS, RENAME TO, OWNER TO, SET or UNSET TAGS or TBLPROPERTIES");
    }
    if (type != ObjectType.TABLE) {
      throw cursor.unexpected("OWNER TO, SET TAGS or UNSET TAGS");
    }
    Optional<PolicyClause> policy = policy();
    return policy.isPresent()
        ? new AccessStatement.ChangePolicy(name, policy.get())
        : new AlterTable(name, clause());
  }

  private Optional<PolicyClause> policy() {
    if (cursor.accept("set", "row", "filter")) {
      return Optional.of(new PolicyRules(cursor).rowFilter());
    }
    if (cursor.accept("drop", "row", "filter")) {
      return Optional.of(new PolicyClause.DropRowFilter());
    }
    boolean ofColumn =
        cursor.peek().isWord("alter") && cursor.peek(1).isWord("column") && cursor.peek(2).isName();
    if (ofColumn && cursor.peek(3).isWord("set") && cursor.peek(4).isWord("mask")) {
      String column = maskedColumn();
      cursor.expect("set");
      cursor.expect("mask");
      return Optional.of(new PolicyRules(cursor).mask(column));
    }
    if (ofColumn && cursor.peek(3).isWord("drop") && cursor.peek(4).isWord("mask")) {
      String column = maskedColumn();
      cursor.expect("drop");
      cursor.expect("mask");
      return Optional.of(new PolicyClause.DropMask(column));
    }
    return Optional.empty();
  }

  private String maskedColumn() {
    cursor.expect("alter");
    cursor.expect("column");
    return cursor.name("a column");
  }

  private TableAlterationClause clause() {
    if (cursor.accept("add")) {
      return cursor.accept("constraint") ? constraint() : addColumns();
    }
    if (cursor.accept("drop", "constraint")) {
      boolean ifExists = cursor.accept("if", "exists");
      return new TableAlterationClause.DropConstraint(cursor.name("a constraint"), ifExists);
    }
    if (cursor.peek().isWord("drop")
        && (cursor.peek(1).isWord("column") || cursor.peek(1).isWord("columns"))) {
      return dropColumns();
    }
    if (cursor.accept("rename", "column")) {
      List<String> path = cursor.path();
      cursor.expect("to");
      return new TableAlterationClause.RenameColumn(path, cursor.name("a new name"));
    }
    if (cursor.accept("alter") || cursor.accept("change")) {
      boolean unused = cursor.accept("column");
      return new TableAlterationClause.AlterColumn(cursor.path(), columnChange());
    }
    if (cursor.accept("set", "tblproperties")) {
      return new TableAlterationClause.SetProperties(new CreateRules(cursor).properties());
    }
    if (cursor.accept("unset", "tblproperties")) {
      return unset();
    }
    if (cursor.accept("cluster", "by")) {
      boolean none = cursor.accept("none");
      return new TableAlterationClause.ClusterBy(none ? List.of() : cursor.nameList("a column"));
    }
    throw GrammarErrors.unsupported(
        "ALTER TABLE … " + cursor.peek().upper(),
        "Use ADD, ALTER, RENAME or DROP COLUMN, ADD or DROP CONSTRAINT, SET or UNSET"
            + " TBLPROPERTIES, SET or DROP ROW FILTER, CLUSTER BY.");
  }

  private TableAlterationClause dropColumns() {
    cursor.expect("drop");
    if (!cursor.accept("columns")) {
      cursor.expect("column");
    }
    boolean ifExists = cursor.accept("if", "exists");
    boolean several = cursor.acceptSymbol("(");
    List<List<String>> paths = new ArrayList<>();
    do {
      paths.add(cursor.path());
    } while (cursor.acceptSymbol(","));
    if (several) {
      cursor.expectSymbol(")");
    }
    return new TableAlterationClause.DropColumns(paths, ifExists);
  }

  private ColumnChange columnChange() {
    if (cursor.accept("type") || cursor.accept("set", "data", "type")) {
      return new ColumnChange.Type(new CreateRules(cursor).type());
    }
    if (cursor.accept("set", "default")) {
      return new ColumnChange.Default(Optional.of(cursor.expression("a value", Set.of())));
    }
    if (cursor.accept("drop", "default")) {
      return new ColumnChange.Default(Optional.empty());
    }
    if (cursor.accept("first")) {
      return new ColumnChange.Place(Optional.empty());
    }
    if (cursor.accept("after")) {
      return new ColumnChange.Place(Optional.of(cursor.name("a column")));
    }
    if (cursor.accept("comment")) {
      return new ColumnChange.Comment(cursor.string("a comment in single quotes"));
    }
    throw GrammarErrors.unsupported(
        "ALTER COLUMN … " + cursor.peek().upper(),
        "Use TYPE, SET or DROP DEFAULT or MASK, FIRST, AFTER or COMMENT.");
  }

  private TableAlterationClause addColumns() {
    if (!cursor.accept("columns")) {
      boolean unused = cursor.accept("column");
    }
    CreateRules rules = new CreateRules(cursor);
    List<ColumnDefinition> columns =
        cursor.peek().isSymbol("(") ? rules.columns() : List.of(rules.column());
    if (!rules.policies().isEmpty()) {
      throw GrammarErrors.unsupported(
          "MASK of a new column", "Add the column, then ALTER COLUMN … SET MASK.");
    }
    return new TableAlterationClause.AddColumns(columns);
  }

  private TableAlterationClause constraint() {
    String name = cursor.name("a name for the constraint");
    cursor.expect("check");
    cursor.expectSymbol("(");
    Expression check = cursor.enclosed("a condition");
    cursor.expectSymbol(")");
    return new TableAlterationClause.AddConstraint(name, check);
  }

  private TableAlterationClause unset() {
    boolean ifExists = cursor.accept("if", "exists");
    cursor.expectSymbol("(");
    List<String> names = new ArrayList<>();
    do {
      names.add(cursor.string("a property's name in single quotes"));
    } while (cursor.acceptSymbol(","));
    cursor.expectSymbol(")");
    return new TableAlterationClause.UnsetProperties(names, ifExists);
  }
}
