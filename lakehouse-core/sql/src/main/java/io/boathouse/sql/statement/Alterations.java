package io.boathouse.sql.statement;

import io.boathouse.sql.govern.QueryChecker;
import io.boathouse.sql.grammar.Statement;
import io.boathouse.sql.grammar.TableAlterationClause;
import io.boathouse.sql.grammar.TableAlterationClause.ColumnChange;
import io.boathouse.table.type.DataType;
import io.boathouse.table.write.TableAlteration;
import java.util.List;

/** The clauses of ALTER TABLE as what they ask of a table. */
final class Alterations {
  private Alterations() {}

  static TableAlteration of(TableAlterationClause clause, QueryChecker checker) {
    return switch (clause) {
      case TableAlterationClause.AddColumns add ->
          new TableAlteration.AddColumns(ColumnDefinitions.schema(add.columns()).columns());
      case TableAlterationClause.AddConstraint add -> {
        var unused = checker.expression(add.check().text(), List.of());
        yield new TableAlteration.AddConstraint(add.name(), add.check().text());
      }
      case TableAlterationClause.DropConstraint drop ->
          new TableAlteration.DropConstraint(drop.name(), drop.ifExists());
      case TableAlterationClause.SetProperties set ->
          new TableAlteration.SetProperties(set.properties());
      case TableAlterationClause.UnsetProperties unset ->
          new TableAlteration.UnsetProperties(unset.names(), unset.ifExists());
      case TableAlterationClause.ClusterBy cluster ->
          new TableAlteration.ClusterBy(cluster.columns());
      case TableAlterationClause.RenameColumn rename ->
          new TableAlteration.RenameColumn(rename.path(), rename.name());
      case TableAlterationClause.DropColumns drop ->
          new TableAlteration.DropColumns(drop.paths(), drop.ifExists());
      case TableAlterationClause.AlterColumn alter -> change(alter.path(), alter.change(), checker);
    };
  }

  private static TableAlteration change(
      List<String> path, ColumnChange change, QueryChecker checker) {
    return switch (change) {
      case ColumnChange.Type(String type) ->
          new TableAlteration.WidenColumn(path, DataType.parse(type));
      case ColumnChange.Place place -> new TableAlteration.MoveColumn(path, place.after());
      case ColumnChange.Default set -> {
        if (path.size() > 1) {
          throw StatementErrors.unsupported(
              "A default inside a struct", "Set one of the whole column '" + path.get(0) + "'.");
        }
        set.value().ifPresent(value -> checker.expression(value.text(), List.of()));
        yield new TableAlteration.SetDefault(
            path.getFirst(), set.value().map(Statement.Expression::text));
      }
      case ColumnChange.Comment(String text) -> new TableAlteration.CommentColumn(path, text);
    };
  }
}
