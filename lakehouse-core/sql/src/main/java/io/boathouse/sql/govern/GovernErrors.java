package io.boathouse.sql.govern;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INTERNAL;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.PERMISSION_DENIED;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableErrors;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Map;

/** Failures of checking a query. */
public final class GovernErrors {
  private static final int MAX_SHOWN = 120;

  private GovernErrors() {}

  static LakeException functionRefused(String name, String reason) {
    return new LakeException(
        PERMISSION_DENIED,
        "FUNCTION_NOT_ALLOWED",
        "The function '%s' may not be used here (%s). Query governed tables by name instead."
            .formatted(shown(name), because(reason)),
        Map.of("field", "statement", "value", shown(name), "class", reason));
  }

  static LakeException functionUnknown(String name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNRESOLVED_ROUTINE",
        "The function '%s' does not exist or may not be used. %s"
            .formatted(shown(name), SparkExpressions.hint(name).orElse("Check its spelling.")),
        Map.of("field", "statement", "value", shown(name)));
  }

  static LakeException patternNotConstant(String function) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_DATETIME_PATTERN",
        "The pattern of %s is no text in quotes. Write it as one.".formatted(shown(function)),
        Map.of("field", "statement", "value", shown(function)));
  }

  static LakeException patternUnknown(String word) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_DATETIME_PATTERN",
        "'%s' in the pattern of a date or time is not offered. Use y, M, d, D, H, h, m, s, S, a, E."
            .formatted(shown(word)),
        Map.of("field", "statement", "value", shown(word)));
  }

  static LakeException syntaxRefused(String what, String reason) {
    return new LakeException(
        PERMISSION_DENIED,
        "SYNTAX_NOT_ALLOWED",
        "The query has a part of the kind %s, which may not be used here (%s). Write it without."
            .formatted(shown(what), because(reason)),
        Map.of("field", "statement", "value", shown(what), "class", reason));
  }

  static LakeException tooComplex(String what, long limit) {
    return new LakeException(
        INVALID_ARGUMENT,
        "STATEMENT_TOO_COMPLEX",
        "The query has more than %d %s. Split it, or keep a part of it as a table."
            .formatted(limit, what),
        Map.of("field", "statement", "limit", Long.toString(limit)));
  }

  static LakeException notOneExpression() {
    return new LakeException(
        INVALID_ARGUMENT,
        "NOT_ONE_EXPRESSION",
        "A condition or value of the statement is more or less than one expression. Put"
            + " parentheses around it.",
        Map.of("field", "statement"));
  }

  static LakeException notOneQuery() {
    return new LakeException(
        INVALID_ARGUMENT,
        "NOT_A_QUERY",
        "The text is not exactly one query. Send one SELECT at a time.",
        Map.of("field", "statement"));
  }

  static LakeException invalidTableName(List<String> path, String problem) {
    String name = shown(String.join(".", path));
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_TABLE_NAME",
        "The table name '%s' %s. Write catalog.schema.table.".formatted(name, problem),
        Map.of("field", "statement", "value", name));
  }

  static LakeException invalidTimeTravel(String problem) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_TIME_TRAVEL",
        "The version of a table %s. Write AT (VERSION => 3) or AT (TIMESTAMP => '2026-01-31 12:00:00')."
            .formatted(problem),
        Map.of("field", "statement"));
  }

  static LakeException invalidChanges(String problem) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_TABLE_CHANGES",
        "The function table_changes %s. Write table_changes('catalog.schema.table', 3, 5)."
            .formatted(problem),
        Map.of("field", "statement"));
  }

  static LakeException metadataBeside(String what) {
    return new LakeException(
        INVALID_ARGUMENT,
        "METADATA_NOT_HERE",
        "The query asks for _metadata beside %s, which would show it too. Name the columns."
            .formatted(what),
        Map.of("field", "statement", "value", what));
  }

  static LakeException parameter(String name, String problem) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_PARAMETER",
        "The parameter '%s' %s. Correct it in parameters.".formatted(shown(name), problem),
        Map.of("field", "parameters", "value", shown(name)));
  }

  /** The rewritten query does not read back as what was checked: a defect of ours, never run. */
  static LakeException notWhatWasChecked(String detail) {
    return new LakeException(
        INTERNAL,
        "QUERY_NOT_VERIFIED",
        "The checked query could not be verified and was not run. Simplify it, and report it.",
        Map.of("value", shown(detail)));
  }

  static LakeException parserUnavailable(Throwable cause) {
    return new LakeException(
        UNAVAILABLE,
        "SQL_PARSER_UNAVAILABLE",
        "The SQL parser does not answer. Retry the statement.",
        Map.of(),
        cause);
  }

  static LakeException functionNotSql(String name) {
    return function(name, "FUNCTION_NOT_SQL", "is not written in SQL and cannot be called here");
  }

  static LakeException functionArguments(String name, int parameters, int arguments) {
    return function(
        name,
        "WRONG_NUM_ARGS",
        "takes %d arguments and is given %d".formatted(parameters, arguments));
  }

  static LakeException functionRecursive(String name) {
    return function(name, "RECURSIVE_FUNCTION", "calls itself, directly or through others");
  }

  static LakeException functionCall(List<String> path, String problem) {
    return function(String.join(".", path), "INVALID_FUNCTION_CALL", problem);
  }

  static LakeException functionBody(String name, String what) {
    return function(
        name, "INVALID_FUNCTION_BODY", "has %s in its body, where it may not be".formatted(what));
  }

  static LakeException modelCall(String endpoint, String problem) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_AI_QUERY",
        "ai_query of '%s' %s.".formatted(shown(endpoint), problem),
        Map.of("field", "statement", "value", shown(endpoint)));
  }

  static LakeException modelCallHere() {
    return new LakeException(
        INVALID_ARGUMENT,
        "AI_QUERY_NOT_HERE",
        "ai_query can stand in SELECT, INSERT and CREATE TABLE AS, not here. Keep its answers in a"
            + " table and use that.",
        Map.of("field", "statement", "value", "ai_query"));
  }

  private static LakeException function(String name, String reason, String problem) {
    return new LakeException(
        INVALID_ARGUMENT,
        reason,
        "The function '%s' %s. Describe it to see how it is called."
            .formatted(shown(name), problem),
        Map.of("field", "statement", "value", shown(name)));
  }

  static LakeException policyFunctionMissing(String table, String function) {
    return new LakeException(
        FAILED_PRECONDITION,
        "POLICY_FUNCTION_MISSING",
        "The function '%s' of a row filter or mask of the table '%s' is gone, or is none in SQL, so"
                .formatted(shown(function), shown(table))
            + " that nothing of the table can be shown. Whoever manages the table sets another.",
        Map.of("table", shown(table), "function", shown(function)));
  }

  static LakeException policyOnMapping(String table) {
    return new LakeException(
        FAILED_PRECONDITION,
        "POLICY_ON_MAPPING_TABLE",
        "The table '%s' is read in the body of a function and has a row filter or masks of its own."
                .formatted(shown(table))
            + " Let the body read one without.",
        Map.of("table", shown(table)));
  }

  static LakeException policiesNotApplied(String table) {
    return new LakeException(
        PERMISSION_DENIED,
        "TABLE_HAS_POLICY",
        "The table '%s' has a row filter or column masks, which cannot be applied here. Query it"
                .formatted(shown(table))
            + " with a statement.",
        Map.of("table", shown(table)));
  }

  static LakeException metadataOfPolicied(String table) {
    return new LakeException(
        PERMISSION_DENIED,
        "TABLE_HAS_POLICY",
        "The table '%s' has a row filter or column masks, and _metadata tells of rows that they hide."
                .formatted(shown(table))
            + " Query it without.",
        Map.of("table", shown(table)));
  }

  /** What it failed on may be hidden from the caller. */
  static LakeException policyFailed(String table, Throwable cause) {
    return new LakeException(
        INVALID_ARGUMENT,
        "POLICY_FAILED",
        "The query failed on a row of '%s', whose row filter or mask can fail itself. What it failed"
                .formatted(shown(table))
            + " on may be hidden from you and is not told. If nothing in your query can fail, ask"
            + " whoever manages the table.",
        Map.of("table", shown(table)),
        cause);
  }

  static LakeException versionOfView(String view) {
    return new LakeException(
        INVALID_ARGUMENT,
        "VIEW_HAS_NO_VERSIONS",
        "'%s' is a view, which has no versions, changes or _metadata. Ask the tables that it reads."
            .formatted(shown(view)),
        Map.of("field", "statement", "value", shown(view)));
  }

  static LakeException viewRecursive(String view) {
    return new LakeException(
        FAILED_PRECONDITION,
        "RECURSIVE_VIEW",
        "The view '%s' reads itself. Write its query without.".formatted(shown(view)),
        Map.of("view", shown(view)));
  }

  static LakeException viewGone(FullName view) {
    return SecurableErrors.notFound(SecurableType.TABLE, view);
  }

  static LakeException viewInPolicy(String view) {
    return new LakeException(
        FAILED_PRECONDITION,
        "POLICY_READS_VIEW",
        "A row filter or mask reads the view '%s'. Let it read a table.".formatted(shown(view)),
        Map.of("view", shown(view)));
  }

  static LakeException viewsNotRead(String view) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NOT_A_TABLE",
        "'%s' is a view, which is not read here. Name a table.".formatted(shown(view)),
        Map.of("field", "name", "value", shown(view)));
  }

  /** What a view reads is not there for its owner. */
  static LakeException viewCannotRead(String view, String owner, LakeException cause) {
    return new LakeException(
        FAILED_PRECONDITION,
        "VIEW_CANNOT_READ",
        "The view '%s' reads with the rights of its owner '%s', who cannot read all of it: %s"
            .formatted(shown(view), shown(owner), cause.getMessage()),
        Map.of("view", shown(view), "reason", cause.reason()),
        cause);
  }

  /** What a view reads has other columns by now. */
  static LakeException viewBroken(String view, String detail, Throwable cause) {
    return new LakeException(
        FAILED_PRECONDITION,
        "VIEW_BROKEN",
        "The query of the view '%s' does not fit what it reads: %s Write it again with ALTER VIEW … AS."
            .formatted(shown(view), shown(detail)),
        Map.of("view", shown(view)),
        cause);
  }

  /** What it failed on may be hidden from the caller. */
  static LakeException viewFailed(String view, Throwable cause) {
    return new LakeException(
        INVALID_ARGUMENT,
        "VIEW_FAILED",
        "The query failed on a row of the view '%s', or of what it reads. What it failed on may be"
                .formatted(shown(view))
            + " hidden from you and is not told. If nothing in your query can fail, ask the view's"
            + " owner.",
        Map.of("view", shown(view)),
        cause);
  }

  private static String because(String reason) {
    return switch (reason) {
      case "files" -> "it reads or writes files";
      case "executes" -> "it runs SQL that nobody checked";
      case "settings" -> "it reads or changes settings";
      case "sequence", "state" -> "it changes state";
      case "sessions" -> "it tells of other sessions";
      case "secrets" -> "it tells of secrets";
      case "waits" -> "it waits";
      case "logs" -> "it reads or writes logs";
      case "statistics" -> "it tells of rows that the query does not return";
      case "catalog" -> "it reads the engine's own catalog";
      case "memory" -> "it reads memory by address";
      case "writes" -> "it writes";
      case "pragma" -> "it is a pragma";
      case "qualified" -> "functions are named without a schema";
      case "unclassified" -> "nobody has classified it";
      default -> "it is internal to the engine";
    };
  }

  private static String shown(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", "?");
    return plain.length() > MAX_SHOWN ? plain.substring(0, MAX_SHOWN) + "…" : plain;
  }
}
