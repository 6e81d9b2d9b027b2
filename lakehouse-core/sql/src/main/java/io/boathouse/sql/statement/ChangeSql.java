package io.boathouse.sql.statement;

import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationColumn;
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
import io.boathouse.table.type.TableSchema;
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
  private final TableSchema schema;
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

  List<RelationColumn> columns() {
    return table.columns();
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
      RelationColumn column = column(assignment.column());
      schema.column(column.name()).ifPresent(Fillings::requireAssignable);
      boolean isDefault = ValueList.isDefault(assignment.value());
      boolean isNull = !isDefault && facts(assignment.value()).isNull();
      String value =
          isDefault
              ? cast(defaultOf(column), column)
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
    for (RelationColumn column : columns()) {
      boolean computed =
          schema
              .column(column.name())
              .filter(known -> Fillings.isGenerated(known) || Fillings.isAlwaysNumbered(known))
              .isPresent();
      if (!computed) {
        values.put(column.name(), of(alias, column.name()));
      }
    }
    return values;
  }

  /** What a column of a changed row has that no clause sets: what is generated is computed. */
  String kept(String alias, RelationColumn column) {
    return schema.column(column.name()).filter(Fillings::isGenerated).isPresent()
        ? cast("NULL", column)
        : of(alias, column.name());
  }

  /** What a column of a new row has that no clause sets. */
  String fresh(RelationColumn column) {
    boolean plain =
        schema.column(column.name()).flatMap(Column::filling).orElse(null)
            instanceof Filling.Default;
    return cast(plain ? defaultOf(column) : "NULL", column);
  }

  private String defaultOf(RelationColumn column) {
    return schema.column(column.name()).map(Fillings::defaultOf).orElse("NULL");
  }

  private RelationColumn column(List<String> path) {
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
  static String cast(String value, RelationColumn column) {
    return "CAST(%s AS %s)".formatted(value, DuckTypes.of(DataType.parse(column.typeText())));
  }

  /** A statement's text in its table's history: an expression as it was written. */
  static String shown(Optional<Expression> expression) {
    return expression.map(Expression::text).orElse("true").strip().toString();
  }

  static String canonical(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
