package io.boathouse.sql.grammar;

import io.boathouse.sql.grammar.AccessStatement.CreatePolicy;
import io.boathouse.sql.grammar.AccessStatement.DescribePolicy;
import io.boathouse.sql.grammar.AccessStatement.DropPolicy;
import io.boathouse.sql.grammar.AccessStatement.MatchedColumns;
import io.boathouse.sql.grammar.AccessStatement.PolicyPlace;
import io.boathouse.sql.grammar.AccessStatement.PolicyText;
import io.boathouse.sql.grammar.AccessStatement.ShowPolicies;
import io.boathouse.sql.grammar.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The rules of CREATE POLICY and its like, as Databricks words attribute-based access control. All
 * begin after the word POLICY.
 */
final class AttributePolicyRules {
  private static final Set<String> AFTER_CONDITION = Set.of("MATCH", "ON", "USING", "AS");

  private final Cursor cursor;

  AttributePolicyRules(Cursor cursor) {
    this.cursor = cursor;
  }

  CreatePolicy create(boolean replace) {
    String name = cursor.name("a policy");
    PolicyPlace on = place();
    Optional<String> comment = cursor.comment();
    boolean mask = cursor.accept("column", "mask");
    if (!mask && !cursor.accept("row", "filter")) {
      throw cursor.unexpected("ROW FILTER or COLUMN MASK");
    }
    List<String> function = cursor.names("a function");
    cursor.expect("to");
    List<String> to = principals();
    List<String> except = cursor.accept("except") ? principals() : List.of();
    cursor.expect("for");
    cursor.expect("tables");
    Optional<String> when =
        cursor.accept("when") ? Optional.of(condition().text()) : Optional.empty();
    List<MatchedColumns> matches = cursor.accept("match", "columns") ? matches() : List.of();
    Optional<String> masked = Optional.empty();
    if (mask) {
      cursor.expect("on");
      cursor.expect("column");
      masked = Optional.of(cursor.name("an alias of MATCH COLUMNS"));
    }
    List<String> using = cursor.accept("using", "columns") ? arguments() : List.of();
    return new CreatePolicy(
        name,
        StatementParser.existing(replace, false),
        on,
        new PolicyText(comment, function, to, except, when, matches, masked, using));
  }

  DropPolicy drop() {
    return new DropPolicy(cursor.name("a policy"), place());
  }

  DescribePolicy describe() {
    return new DescribePolicy(cursor.name("a policy"), place());
  }

  /** What follows SHOW POLICIES. */
  ShowPolicies show(boolean effective) {
    return new ShowPolicies(place(), effective);
  }

  private PolicyPlace place() {
    cursor.expect("on");
    Statement.ObjectType type = CreateRules.container(cursor);
    return new PolicyPlace(type, cursor.names("what the policy is set on"));
  }

  private List<String> principals() {
    List<String> names = new ArrayList<>();
    do {
      names.add(
          cursor.peek().kind() == Kind.STRING ? cursor.take().value() : cursor.name("a principal"));
    } while (cursor.acceptSymbol(","));
    return names;
  }

  private Statement.Expression condition() {
    return cursor.item("a condition such as hasTag('pii')", AFTER_CONDITION);
  }

  private List<MatchedColumns> matches() {
    List<MatchedColumns> matches = new ArrayList<>();
    do {
      String condition = condition().text();
      if (!cursor.accept("as")) {
        throw cursor.unexpected("AS and a name for the columns");
      }
      matches.add(new MatchedColumns(condition, cursor.name("a name for the columns")));
    } while (cursor.acceptSymbol(","));
    return matches;
  }

  private List<String> arguments() {
    if (cursor.peek(1).kind() == Kind.STRING || cursor.peek(1).kind() == Kind.NUMBER) {
      throw GrammarErrors.unsupported(
          "A constant in USING COLUMNS", "Write a function that has the constant inside.");
    }
    return cursor.nameList("an alias of MATCH COLUMNS");
  }
}
