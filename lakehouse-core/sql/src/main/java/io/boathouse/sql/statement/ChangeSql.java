package io.boathouse.sql.statement;

import io.boathouse.catalog.relation.Relation;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.sql.govern.ExpressionFacts;
import io.boathouse.sql.govern.QueryChecker;
import io.boathouse.sql.govern.QueryParameter;
import io.boathouse.sql.grammar.GrammarErrors;
import io.boathouse.sql.grammar.MergeClause.Assignment;
import io.boathouse.sql.grammar.Statement.Expression;
import io.boathouse.sql.grammar.ValueList;
import io.boathouse.table.compute.Fillings;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DuckTypes;
import io.boathouse.table.type.Filling;
import io.boathouse.table.type.Growth;
import io.boathouse.table.type.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the queries of one changing statement. Every expression of the statement was parsed by
 * itself before it becomes a part of one, and the whole is checked again like any query.
 */
final class ChangeSql {
  private final QueryChecker checker;
  private final List<QueryParameter> parameters;
  private final Relation table;
  private TableSchema schema;
  private Optional<TableSchema> source = Optional.empty();
  private boolean readsColumns;

  /**
   * @param schema of the table, which says what fills its columns
   */
  ChangeSql(
      QueryChecker checker, List<QueryParameter> parameters, Relation table, TableSchema schema) {
    this.checker = checker;
    this.parameters = parameters;
    this.table = table;
    this.schema = schema;
  }

  /** Whether an expression so far names a column. */
  boolean readsColumns() {
    return readsColumns;
  }

  List<Column> columns() {
    return schema.columns();
  }

  /**
   * The table gets the columns of a merge's source that it lacks, and the fields inside columns.
   *
   * @return those columns, as they are to be
   */
  List<Column> grow(TableSchema rows) {
    List<Column> added = new ArrayList<>();
    List<Column> all = new ArrayList<>(schema.columns());
    for (Column found : rows.columns()) {
      Optional<Column> own = schema.column(found.name());
      DataType type =
          own.map(column -> Growth.of(column.type(), found.type())).orElse(found.type());
      if (own.isEmpty()) {
        added.add(Column.of(found.name(), type));
        all.add(added.getLast());
      } else if (!type.equals(own.get().type())) {
        Column grown = own.get().withType(type);
        added.add(grown);
        all.set(all.indexOf(own.get()), grown);
      }
    }
    schema = new TableSchema(all);
    source = Optional.of(rows);
    return added;
  }

  /** The condition in parentheses; nothing is no condition. */
  String condition(Optional<Expression> condition) {
    return condition.map(this::value).orElse("TRUE");
  }

  /** The expression in parentheses. */
  String value(Expression expression) {
    facts(expression);
    return "(" + expression.text() + "\n)";
  }

  private ExpressionFacts facts(Expression expression) {
    ExpressionFacts facts = checker.expression(expression.text(), parameters);
    readsColumns |= facts.readsColumns();
    return facts;
  }

  /** The values of assignments by the names of the table's columns. */
  Map<String, String> values(List<Assignment> assignments) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Assignment assignment : assignments) {
      Column column = column(assignment.column());
      Fillings.requireAssignable(column);
      boolean isDefault = ValueList.isDefault(assignment.value());
      boolean isNull = !isDefault && facts(assignment.value()).isNull();
      String value =
          isDefault
              ? cast(Fillings.defaultOf(column), column)
              : isNull ? cast("NULL", column) : value(assignment.value());
      if (values.put(column.name(), value) != null) {
        throw StatementErrors.assignedTwice(column.name());
      }
    }
    return values;
  }

  /** Every column of the table with the value of the same name under an alias. */
  Map<String, String> valuesOf(String alias) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Column column : columns()) {
      boolean computed = Fillings.isGenerated(column) || Fillings.isAlwaysNumbered(column);
      boolean there = source.isEmpty() || source.get().column(column.name()).isPresent();
      if (!computed && there) {
        values.put(column.name(), of(alias, column.name()));
      }
    }
    return values;
  }

  /** What a column of a changed row has that no clause sets: what is generated is computed. */
  String kept(String alias, Column column) {
    return Fillings.isGenerated(column) ? cast("NULL", column) : of(alias, column.name());
  }

  /** What a column of a new row has that no clause sets. */
  String fresh(Column column) {
    boolean plain = column.filling().orElse(null) instanceof Filling.Default;
    return cast(plain ? Fillings.defaultOf(column) : "NULL", column);
  }

  private Column column(List<String> path) {
    String name = path.getLast();
    boolean nested =
        path.size() > 1
            && columns().stream().anyMatch(column -> column.name().equalsIgnoreCase(path.get(0)));
    if (nested) {
      throw GrammarErrors.unsupported(
          "Setting a field of a struct", "Set the whole column '" + path.get(0) + "'.");
    }
    return columns().stream()
        .filter(column -> column.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () -> StatementErrors.unknownColumn(name, table.securable().name().toString()));
  }

  static String of(String alias, String column) {
    return SqlText.identifier(alias) + "." + SqlText.identifier(column);
  }

  static String as(String value, String column) {
    return value + " AS " + SqlText.identifier(column);
  }

  /** The value as exactly the column's type. */
  static String cast(String value, Column column) {
    return "CAST(%s AS %s)".formatted(value, DuckTypes.of(column.type()));
  }

  /** A statement's text in its table's history: an expression as it was written. */
  static String shown(Optional<Expression> expression) {
    return expression.map(Expression::text).orElse("true").strip().toString();
  }

  static String canonical(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
