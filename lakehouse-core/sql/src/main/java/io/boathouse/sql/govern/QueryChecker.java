package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.grammar.ParameterMarkers;
import java.util.List;
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

  /** The trees are closed by whoever made them. */
  public QueryChecker(SyntaxTrees trees, AllowList allowList) {
    this.trees = trees;
    this.allowList = allowList;
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
   * Checks one of several queries of a statement, which share a session.
   *
   * @param part a word that tells its views from those of the others
   */
  public CheckedQuery check(Caller caller, QueryText query, String part) {
    var parameters = query.parametersByName();
    ObjectNode tree = trees.parse(ParameterMarkers.rewrite(query.sql(), parameters.keySet()));
    MetadataColumns metadata = MetadataColumns.of(tree);
    BoundNames names = new BoundNames(caller, query, parameters, part, metadata);
    new TreeWalk(allowList, names).statement(tree);
    names.shortenColumns();
    metadata.hide();
    clearParameterMap(tree);
    String sql = trees.print(tree);
    ObjectNode printed = trees.parse(sql);
    new TreeWalk(allowList, new VerifiedNames(names)).statement(printed);
    return new CheckedQuery(sql, names.tables(RowFilters.of(printed)));
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

  private static void clearParameterMap(ObjectNode tree) {
    var unused = tree.putArray("named_param_map");
  }
}
