package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.function.FunctionCalls;
import io.boathouse.catalog.function.FunctionDefinition;
import io.boathouse.catalog.policy.PolicyFunction;
import io.boathouse.catalog.policy.TablePolicies;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import io.boathouse.sql.govern.PolicyExpression.Manner;
import io.boathouse.sql.govern.TableUse.AsOf;
import io.boathouse.table.compute.TargetRows;
import io.boathouse.table.read.Predicate;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DuckTypes;
import io.boathouse.table.type.TableSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;

/**
 * Writes the view that stands for a table with policies. As with PostgreSQL's leakproof operators,
 * of the caller's own conditions only those may go beneath that can neither fail nor tell: simple
 * comparisons of columns that have no mask. They are written there, and everything else of the
 * query stays above a CTE that is materialised, into which this engine moves nothing. There is no
 * such barrier for a {@link LeakproofQuery}.
 *
 * <p>A filter that fails on a row hides the row, and a mask that fails shows null, so that no
 * failure tells of a row. Where the engine cannot do that, nothing goes beneath, and what a failure
 * says is withheld.
 */
public final class PolicyViews {
  private static final String RAW = "bound_raw_";
  private static final String VISIBLE = "bound_visible";
  private static final String HOLE = "bound_hole_m";

  private final SyntaxTrees trees;
  private final AllowList allowList;
  private final FunctionCalls functions;

  public PolicyViews(SyntaxTrees trees, AllowList allowList, FunctionCalls functions) {
    this.trees = trees;
    this.allowList = allowList;
    this.functions = functions;
  }

  /**
   * The view of a table.
   *
   * @param schema of what the raw view shows
   * @param beneath the caller's conditions on columns without a mask, which every row meets that
   *     makes a difference; asked for only if they may go beneath
   */
  PolicyView of(
      Caller caller,
      ViewedTable table,
      TablePolicies policies,
      TableSchema schema,
      Function<TableSchema, Optional<Predicate>> beneath) {
    Body body = new Body(caller, table, policies, schema);
    StringJoiner items = items(table, schema, body);
    String filter = body.filter();
    String raw = RAW + table.view();
    String select;
    if (body.quiet && isLeakproof(table, schema, body)) {
      select = bare(items, raw, filter);
    } else if (body.quiet) {
      Optional<String> own =
          beneath.apply(body.open()).flatMap(predicate -> LeakproofSql.of(predicate, schema));
      select = visible(items, raw, own.map(condition -> condition + " AND ").orElse("") + filter);
    } else {
      select = visible(items, raw, filter);
    }
    ObjectNode statement = trees.parse(select);
    FunctionExpansion.fill(statement, body.holes);
    return new PolicyView(
        raw,
        trees.print(statement),
        body.expansion.tables(),
        body.quiet,
        new Steadiness(allowList).of(statement));
  }

  private boolean isLeakproof(ViewedTable table, TableSchema schema, Body body) {
    return table
        .whole()
        .filter(query -> LeakproofQuery.is(query, schema, body.open(), allowList))
        .isPresent();
  }

  private static StringJoiner items(ViewedTable table, TableSchema schema, Body body) {
    StringJoiner items = new StringJoiner(", ");
    for (Column column : schema.columns()) {
      boolean read =
          table
              .columns()
              .map(names -> names.contains(column.name().toLowerCase(Locale.ROOT)))
              .orElse(true);
      if (read) {
        items.add(body.item(column));
      }
    }
    if (items.length() == 0) {
      items.add("1 AS bound_row");
    }
    return items;
  }

  /**
   * What a change of rows sees of a table, out of {@code TargetRows.RAW}: nothing of the caller's
   * goes beneath.
   */
  public TargetView target(
      Caller caller, FullName name, TablePolicies policies, TableSchema schema) {
    Body body =
        new Body(caller, new ViewedTable("target", name, new AsOf.Latest()), policies, schema);
    StringJoiner items = new StringJoiner(", ");
    for (String place : List.of(TargetRows.FILE, TargetRows.ROW)) {
      items.add(FunctionExpansion.BASE + "." + place + " AS " + place);
    }
    schema.columns().forEach(column -> items.add(body.item(column)));
    ObjectNode statement = trees.parse(visible(items, TargetRows.RAW, body.filter()));
    FunctionExpansion.fill(statement, body.holes);
    return new TargetView(name, trees.print(statement), body.expansion.tables(), body.quiet);
  }

  /** For a query in which nothing can fail, cost or observe: the engine may do it in any order. */
  private static String bare(StringJoiner items, String raw, String filter) {
    return "SELECT %s FROM temp.main.%s AS %s WHERE %s"
        .formatted(items, SqlText.identifier(raw), FunctionExpansion.BASE, filter);
  }

  private static String visible(StringJoiner items, String raw, String filter) {
    return "WITH %s AS MATERIALIZED (SELECT %s FROM temp.main.%s AS %s WHERE %s) SELECT * FROM %s"
        .formatted(
            VISIBLE, items, SqlText.identifier(raw), FunctionExpansion.BASE, filter, VISIBLE);
  }

  /** The expressions of one view. */
  private final class Body {
    private final TablePolicies policies;
    private final TableSchema schema;
    private final String table;
    private final FunctionExpansion expansion;
    private final PolicyExpression manners;
    private final Map<String, JsonNode> holes = new HashMap<>();
    private boolean quiet = true;

    Body(Caller caller, ViewedTable table, TablePolicies policies, TableSchema schema) {
      this.policies = policies;
      this.schema = schema;
      this.table = table.name().toString();
      this.expansion =
          new FunctionExpansion(trees, allowList, functions, caller, "p_" + table.view() + "_");
      this.manners = new PolicyExpression(schema, allowList);
    }

    String item(Column column) {
      String name = SqlText.identifier(column.name());
      Optional<PolicyFunction> mask = mask(column);
      if (mask.isEmpty()) {
        return FunctionExpansion.BASE + "." + name + " AS " + name;
      }
      JsonNode masked =
          expansion.filled(
              "CAST(" + HOLE + " AS " + DuckTypes.of(column.type()) + ")",
              Map.of(HOLE, value(mask.get())));
      return hole(masked) + " AS " + name;
    }

    String filter() {
      return policies.rowFilter().map(filter -> hole(value(filter))).orElse("TRUE");
    }

    /** The columns that are shown as they are. */
    TableSchema open() {
      return new TableSchema(
          schema.columns().stream().filter(column -> mask(column).isEmpty()).toList());
    }

    private Optional<PolicyFunction> mask(Column column) {
      return policies.masks().entrySet().stream()
          .filter(mask -> mask.getKey().equalsIgnoreCase(column.name()))
          .map(Map.Entry::getValue)
          .findFirst();
    }

    private JsonNode value(PolicyFunction policy) {
      FunctionDefinition function =
          functions
              .find(policy.id())
              .orElseThrow(
                  () -> GovernErrors.policyFunctionMissing(table, policy.name().toString()));
      List<JsonNode> arguments =
          policy.arguments().stream()
              .map(
                  column ->
                      expansion.filled(
                          FunctionExpansion.BASE + "." + SqlText.identifier(column), Map.of()))
              .toList();
      return expansion.body(function, arguments);
    }

    private String hole(JsonNode expression) {
      Manner manner = manners.of(expression);
      quiet &= manner != Manner.LOUD;
      String name = HOLE + holes.size();
      holes.put(
          name,
          manner == Manner.TRIED
              ? expansion.filled("TRY(" + HOLE + ")", Map.of(HOLE, expression))
              : expression);
      return name;
    }
  }
}
