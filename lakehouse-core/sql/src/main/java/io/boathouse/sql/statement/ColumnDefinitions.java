package io.boathouse.sql.statement;

import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationColumn;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.sql.engine.EngineErrors;
import io.boathouse.sql.engine.QueryEngine.OpenQuery;
import io.boathouse.sql.engine.ResultColumn;
import io.boathouse.sql.engine.ResultType;
import io.boathouse.sql.grammar.Statement.ColumnDefinition;
import io.boathouse.sql.grammar.Statement.ColumnFilling;
import io.boathouse.sql.grammar.Statement.Expression;
import io.boathouse.sql.grammar.Statement.Insert;
import io.boathouse.sql.grammar.ValueList;
import io.boathouse.table.compute.Fillings;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DuckTypes;
import io.boathouse.table.type.Filling;
import io.boathouse.table.type.TableSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Columns between statements and tables. */
final class ColumnDefinitions {
  /** What DESCRIBE HISTORY shows. */
  static final List<ResultColumn> HISTORY =
      List.of(
          new ResultColumn("version", ResultType.whole()),
          new ResultColumn("timestamp", ResultType.timestamp()),
          new ResultColumn("operation", ResultType.STRING),
          new ResultColumn("operationParameters", ResultType.texts()),
          new ResultColumn("numRows", ResultType.whole()),
          new ResultColumn("numFiles", ResultType.whole()),
          new ResultColumn("numBytes", ResultType.whole()),
          new ResultColumn("operationMetrics", ResultType.texts()));

  private ColumnDefinitions() {}

  static TableSchema schema(List<ColumnDefinition> definitions) {
    List<Column> columns = new ArrayList<>();
    for (ColumnDefinition definition : definitions) {
      columns.add(
          new Column(
              definition.name(),
              DataType.parse(definition.type()),
              definition.nullable(),
              definition.comment(),
              definition.filling().map(ColumnDefinitions::filling)));
    }
    return new TableSchema(columns);
  }

  private static Filling filling(ColumnFilling filling) {
    return switch (filling) {
      case ColumnFilling.Default(Expression value) -> new Filling.Default(value.text());
      case ColumnFilling.Generated(Expression value) -> new Filling.Generated(value.text());
      case ColumnFilling.Identity identity ->
          new Filling.Identity(
              identity.start(), identity.step(), identity.explicit(), Optional.empty());
    };
  }

  /**
   * An INSERT without the word DEFAULT: columns that only have it are left to the table, elsewhere
   * stands what it means.
   */
  static Insert withoutDefaults(Insert insert, ValueList values, TableSchema table) {
    List<Column> targets = new ArrayList<>();
    for (String name : insert.columns().isEmpty() ? table.names() : insert.columns()) {
      targets.add(
          table
              .column(name)
              .orElseThrow(
                  () -> StatementErrors.unknownColumn(name, String.join(".", insert.name()))));
    }
    if (targets.size() != values.width()) {
      throw StatementErrors.columnCount(targets.size(), values.width());
    }
    List<Integer> places = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<String> defaults = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      Column column = targets.get(i);
      if (!values.isDefault(i)) {
        places.add(i);
        names.add(column.name());
        defaults.add(values.hasDefault(i) ? Fillings.defaultOf(column) : "NULL");
      }
    }
    if (places.isEmpty()) {
      throw StatementErrors.unsupported(
          "A row of nothing but DEFAULT", "Give at least one column a value.");
    }
    return new Insert(
        insert.name(),
        names,
        false,
        insert.overwrite(),
        insert.replaceWhere(),
        insert.evolving(),
        values.query(places, defaults));
  }

  /** The query of a new table, whose columns must have names of their own. */
  static String named(OpenQuery open) {
    Set<String> names = new HashSet<>();
    for (ResultColumn column : open.columns()) {
      if (!names.add(column.name().toLowerCase(Locale.ROOT))) {
        throw EngineErrors.duplicateColumn(column.name());
      }
    }
    return open.select();
  }

  /** The query of an INSERT with its columns named after the table's that they go to. */
  static String assigned(OpenQuery open, Insert statement, Relation target) {
    if (statement.byName()) {
      return named(open);
    }
    List<RelationColumn> columns = targets(statement, target);
    boolean grows =
        statement.evolving()
            && statement.columns().isEmpty()
            && columns.size() < open.columns().size();
    if (columns.size() != open.columns().size() && !grows) {
      throw StatementErrors.columnCount(columns.size(), open.columns().size());
    }
    List<String> items = new ArrayList<>();
    List<String> places = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      RelationColumn column = columns.get(i);
      String place = SqlText.identifier("c" + i);
      places.add(place);
      boolean untyped = open.columns().get(i).type().kind() == ResultType.Kind.NULL;
      String value =
          untyped ? "CAST(NULL AS " + DuckTypes.of(DataType.parse(column.typeText())) + ")" : place;
      items.add(value + " AS " + SqlText.identifier(column.name()));
    }
    for (int i = columns.size(); i < open.columns().size(); i++) {
      String place = SqlText.identifier("c" + i);
      places.add(place);
      items.add(place + " AS " + SqlText.identifier(open.columns().get(i).name()));
    }
    return "SELECT %s FROM (%s) AS inserted(%s)"
        .formatted(String.join(", ", items), open.select(), String.join(", ", places));
  }

  /** The query of an INSERT, its columns named after the table's where that is told by place. */
  static String assigned(String select, Insert statement, Relation target) {
    if (statement.byName()) {
      return select;
    }
    List<String> names = targets(statement, target).stream().map(RelationColumn::name).toList();
    return "SELECT * FROM (%s) AS inserted(%s)".formatted(select, SqlText.identifiers(names));
  }

  /** The table's columns that those of the query go to, in the query's order. */
  static List<String> names(OpenQuery open, Insert statement, Relation target) {
    List<String> names = new ArrayList<>();
    if (!statement.byName()) {
      targets(statement, target).forEach(column -> names.add(column.name()));
    }
    open.columns().stream().skip(names.size()).map(ResultColumn::name).forEach(names::add);
    return names;
  }

  /** As the other, where the query is not open. */
  static List<String> names(Insert statement, Relation target) {
    return statement.byName()
        ? target.columns().stream().map(RelationColumn::name).toList()
        : targets(statement, target).stream().map(RelationColumn::name).toList();
  }

  private static List<RelationColumn> targets(Insert statement, Relation target) {
    if (statement.columns().isEmpty()) {
      return target.columns();
    }
    List<RelationColumn> columns = new ArrayList<>();
    for (String name : statement.columns()) {
      columns.add(
          target.columns().stream()
              .filter(column -> column.name().equalsIgnoreCase(name))
              .findFirst()
              .orElseThrow(
                  () -> StatementErrors.unknownColumn(name, target.securable().name().toString())));
    }
    return columns;
  }
}
