package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.function.FunctionCalls;
import io.boathouse.catalog.function.FunctionDefinition;
import io.boathouse.catalog.function.SqlFunction;
import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.grammar.ParameterMarkers;
import io.boathouse.sql.grammar.TimeTravelWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The door that every query from outside goes through: parses it, refuses what the allow-list does
 * not allow, replaces each table by a view of the session, each CTE by a name of ours and each
 * parameter by its value, prints the result, and reads that back to see that it names nothing else.
 * Resolving the tables and asking for privileges is up to whoever binds the views. Thread-safe.
 */
public final class QueryChecker {
  private final SyntaxTrees trees;
  private final AllowList allowList;
  private final Optional<FunctionCalls> functions;

  /** Without functions of a catalog. The trees are closed by whoever made them. */
  public QueryChecker(SyntaxTrees trees, AllowList allowList) {
    this.trees = trees;
    this.allowList = allowList;
    this.functions = Optional.empty();
  }

  /**
   * As the other.
   *
   * @param functions that queries may call besides the engine's
   */
  public QueryChecker(SyntaxTrees trees, AllowList allowList, FunctionCalls functions) {
    this.trees = trees;
    this.allowList = allowList;
    this.functions = Optional.of(functions);
  }

  /**
   * Checks a query; nothing is run.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT for bad syntax, names and
   *     parameters; PERMISSION_DENIED for what the allow-list refuses
   */
  public CheckedQuery check(Caller caller, QueryText query) {
    return check(caller, query, "");
  }

  /**
   * As the other, of a query that may ask models.
   *
   * @throws io.boathouse.platform.error.LakeException as {@link ModelCalls#require} as well
   */
  public CheckedQuery check(Caller caller, QueryText query, ModelCalls models) {
    return check(
        new BoundNames.Asker(caller, caller, new SparkFunctions(trees)),
        query,
        "",
        Optional.of(new ModelExpansion(trees, models, caller, "")));
  }

  /**
   * Checks one of several queries of a statement, which share a session.
   *
   * @param part a word that tells its views from those of the others
   */
  public CheckedQuery check(Caller caller, QueryText query, String part) {
    return check(
        new BoundNames.Asker(caller, caller, new SparkFunctions(trees)),
        query,
        part,
        Optional.empty());
  }

  /**
   * Checks the query of a view, of which the reader sees the rows.
   *
   * @param rights with which it calls functions, its owner's
   */
  CheckedQuery view(Caller reader, Caller rights, QueryText query, String part) {
    return check(
        new BoundNames.Asker(reader, rights, new SparkFunctions(trees)),
        query,
        part,
        Optional.empty());
  }

  private CheckedQuery check(
      BoundNames.Asker asker, QueryText query, String part, Optional<ModelExpansion> models) {
    var parameters = query.parametersByName();
    String text = TimeTravelWords.rewrite(query.sql());
    ObjectNode tree = trees.query(ParameterMarkers.rewrite(text, parameters.keySet()));
    MetadataColumns metadata = MetadataColumns.of(tree);
    BoundNames names =
        new BoundNames(
            asker,
            query,
            part,
            metadata,
            functions.map(
                calls -> new FunctionExpansion(trees, allowList, calls, asker.reader(), part)),
            models);
    new TreeWalk(allowList, names).statement(tree);
    names.shortenColumns(tree);
    metadata.hide();
    clearParameterMap(tree);
    String sql = trees.print(tree);
    ObjectNode printed = trees.parse(sql);
    new TreeWalk(allowList, new VerifiedNames(names)).statement(printed);
    return new CheckedQuery(
        sql,
        names.tables(RowFilters.of(printed), ReadColumns.of(printed)),
        printed,
        new Steadiness(allowList).of(printed),
        models.map(ModelExpansion::calls).orElse(List.of()));
  }

  /**
   * Sees that a text is one expression and nothing else, so that it can stand as a part of a query.
   * What is in it is checked with the query.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT with line and column in it
   */
  public ExpressionFacts expression(String text, List<QueryParameter> parameters) {
    var names =
        parameters.stream().map(QueryParameter::name).collect(Collectors.toUnmodifiableSet());
    return ExpressionFacts.of(
        trees.parse("SELECT " + ParameterMarkers.rewrite(text, names)).path("node"));
  }

  /**
   * A query of the value of a function for arguments that are null, to see that it can be run.
   *
   * @param function as the caller would write it
   * @throws io.boathouse.platform.error.LakeException as {@link #check}, and INVALID_ARGUMENT for a
   *     type that does not exist or a function that calls itself
   */
  public CheckedQuery function(Caller caller, FunctionDefinition function) {
    SqlFunction sql =
        SqlFunction.of(function)
            .orElseThrow(() -> GovernErrors.functionNotSql(function.securable().name().toString()));
    FunctionExpansion bodies =
        new FunctionExpansion(trees, allowList, functions.orElseThrow(), caller, "");
    List<JsonNode> nulls = new ArrayList<>();
    sql.parameters().forEach(parameter -> nulls.add(bodies.filled("NULL", Map.of())));
    JsonNode value = bodies.written(function, nulls);
    ObjectNode statement = trees.parse("SELECT bound_hole_0");
    FunctionExpansion.fill(statement, Map.of("bound_hole_0", value));
    return new CheckedQuery(trees.print(statement), bodies.tables());
  }

  private static void clearParameterMap(ObjectNode tree) {
    var unused = tree.putArray("named_param_map");
  }
}
