package io.boathouse.sql.statement;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.PERMISSION_DENIED;
import static io.boathouse.platform.error.ErrorCode.RATE_LIMITED;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;
import static io.boathouse.platform.error.ErrorCode.UNSUPPORTED;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** Failures of the statement API. */
public final class StatementErrors {
  private static final String LINKS_OR_TABLE =
      "use disposition EXTERNAL_LINKS, or keep it with CREATE TABLE AS";

  /** Reasons of refusals that look at the text of a statement and at no row. */
  private static final Set<String> HARMLESS =
      Set.of("SQL_SYNTAX", "SQL_UNRESOLVED", "SYNTAX_ERROR", "OUT_OF_MEMORY", "STORAGE_FULL");

  private StatementErrors() {}

  /** Unknown, somebody else's, or no longer kept: all read the same. */
  static LakeException statementNotFound(String id) {
    return new LakeException(
        NOT_FOUND,
        "STATEMENT_NOT_FOUND",
        "The statement '%s' does not exist, is not yours, or its result is no longer kept. Run it"
                .formatted(id.length() > 80 ? id.substring(0, 80) : id)
            + " again.",
        Map.of("field", "statement_id"));
  }

  static LakeException chunkNotFound(long index, int count) {
    return new LakeException(
        NOT_FOUND,
        "CHUNK_NOT_FOUND",
        "The result has no chunk %d. It has %d, counted from 0.".formatted(index, count),
        Map.of("field", "chunk_index", "value", Long.toString(index)));
  }

  static LakeException noResult(String state) {
    return new LakeException(
        FAILED_PRECONDITION,
        "NO_RESULT",
        "The statement is %s and has no result to read.".formatted(state),
        Map.of("field", "statement_id", "value", state));
  }

  static LakeException resultTooLarge(long limit, boolean inline) {
    return new LakeException(
        INVALID_ARGUMENT,
        inline ? "INLINE_LIMIT_EXCEEDED" : "RESULT_LIMIT_EXCEEDED",
        "The result is larger than the %d bytes that %s may have. Ask for fewer rows with LIMIT or"
                .formatted(limit, inline ? "an inline result" : "a result")
            + " row_limit, %s."
                .formatted(inline ? LINKS_OR_TABLE : "or keep it with CREATE TABLE AS"),
        Map.of("field", "disposition", "limit", Long.toString(limit)));
  }

  /** An address of a chunk that was not made here, is over, or whose owner lost the right. */
  static LakeException badLink(String problem) {
    return new LakeException(
        PERMISSION_DENIED,
        "RESULT_LINK_REFUSED",
        "The address of the result %s. Ask for the chunk again.".formatted(problem),
        Map.of());
  }

  static LakeException shownOtherwise(String table) {
    return new LakeException(
        PERMISSION_DENIED,
        "RESULT_OUTDATED",
        "What you may see of '%s' has changed since the statement ran. Run it again."
            .formatted(table),
        Map.of("value", table));
  }

  static LakeException notJson(ResultForm.Format format) {
    return new LakeException(
        FAILED_PRECONDITION,
        "RESULT_IS_NO_JSON",
        "The result was asked for as %s and is not kept as JSON. Fetch it as it is."
            .formatted(format),
        Map.of("field", "format", "value", format.name()));
  }

  static LakeException tooManyDigits(String value) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NUMERIC_VALUE_OUT_OF_RANGE",
        "The number %s has more than the 38 digits of a decimal. Cast it to a text or a double."
            .formatted(value),
        Map.of("field", "format", "value", value));
  }

  static LakeException tooMany(int kept) {
    return new LakeException(
        RATE_LIMITED,
        "TOO_MANY_STATEMENTS",
        "%d statements of the last hour are kept. Close those that you have read, or retry later."
            .formatted(kept),
        Map.of("retry_after", "60"));
  }

  static LakeException spoolFailed(IOException cause) {
    return new LakeException(
        UNAVAILABLE,
        "RESULT_NOT_KEPT",
        "The result could not be kept or read in the data directory's tmp folder. Check its space.",
        Map.of(),
        cause);
  }

  static LakeException assignedTwice(String column) {
    return new LakeException(
        INVALID_ARGUMENT,
        "COLUMN_ASSIGNED_TWICE",
        "Column '%s' is set twice. Set it once.".formatted(column),
        Map.of("field", "statement", "value", column));
  }

  static LakeException sameAlias(String name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "AMBIGUOUS_ALIAS",
        "Source and target of the MERGE are both called '%s'. Name one of them with AS."
            .formatted(name),
        Map.of("field", "statement", "value", name));
  }

  static LakeException wrongParts(String kind, String name, int parts) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_NAME",
        "The name '%s' of a %s has the wrong number of parts. Write at most %d."
            .formatted(name, kind, parts),
        Map.of("field", "statement", "value", name));
  }

  static LakeException columnCount(int expected, int found) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INSERT_COLUMN_ARITY_MISMATCH",
        "The query has %d columns and the table takes %d. Name the columns after the table."
            .formatted(found, expected),
        Map.of("field", "statement"));
  }

  static LakeException unknownColumn(String column, String table) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNRESOLVED_COLUMN",
        "The table '%s' has no column '%s'. DESCRIBE it to see which it has."
            .formatted(table, column),
        Map.of("field", "statement", "value", column));
  }

  static LakeException wrongValue(String column, String type, String value) {
    return new LakeException(
        INVALID_ARGUMENT,
        "VALUE_TYPE_MISMATCH",
        "'%s' is %s, and '%s' is no value of that type.".formatted(column, type, value),
        Map.of("field", column, "value", value));
  }

  static LakeException notPartitioned(String table) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_PARTITION_OPERATION",
        "The table '%s' is not partitioned. SELECT DISTINCT tells the values of a column."
            .formatted(table),
        Map.of("field", "statement", "value", table));
  }

  static LakeException viewNotTable(String view) {
    return new LakeException(
        INVALID_ARGUMENT,
        "EXPECT_TABLE_NOT_VIEW",
        "'%s' is a view and not a table. Use DROP VIEW.".formatted(view),
        Map.of("field", "statement", "value", view));
  }

  static LakeException queryHidden(String view) {
    return new LakeException(
        PERMISSION_DENIED,
        "VIEW_QUERY_HIDDEN",
        "The query of the view '%s' is shown to those with SELECT or MANAGE on it. Ask its owner."
            .formatted(view),
        Map.of("view", view));
  }

  /** What a part of a statement needs is not built. */
  static LakeException unsupported(String what, String remedy) {
    return new LakeException(
        UNSUPPORTED,
        "UNSUPPORTED_STATEMENT",
        "%s is not supported. %s".formatted(what, remedy),
        Map.of("field", "statement"));
  }

  /** The SQLSTATE of a failure. */
  static String sqlState(LakeException failure) {
    return switch (failure.reason()) {
      case "PARSE_SYNTAX_ERROR", "SQL_SYNTAX", "NOT_A_QUERY" -> "42601";
      case "UNRESOLVED_ROUTINE" -> "42883";
      case "SQL_UNRESOLVED", "UNRESOLVED_COLUMN" -> "42703";
      case "TABLE_NOT_FOUND" -> "42P01";
      case "SCHEMA_NOT_FOUND" -> "42704";
      case "TABLE_ALREADY_EXISTS" -> "42P07";
      case "SCHEMA_ALREADY_EXISTS" -> "42P06";
      case "SQL_VALUE" -> "22000";
      case "INLINE_LIMIT_EXCEEDED", "STATEMENT_TOO_COMPLEX", "OUT_OF_MEMORY" -> "54000";
      default -> sqlState(failure.code());
    };
  }

  private static String sqlState(ErrorCode code) {
    return switch (code) {
      case INVALID_ARGUMENT, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE -> "42000";
      case UNAUTHENTICATED -> "28000";
      case PERMISSION_DENIED -> "42501";
      case NOT_FOUND -> "42704";
      case ALREADY_EXISTS -> "42710";
      case CONFLICT -> "40001";
      case FAILED_PRECONDITION -> "55000";
      case RATE_LIMITED -> "53300";
      case UNSUPPORTED -> "0A000";
      case UNAVAILABLE -> "57P03";
      case DEADLINE_EXCEEDED -> "57014";
      case OUTCOME_UNKNOWN -> "08007";
      case INTERNAL -> "XX000";
    };
  }

  /** The code of a failed statement, out of the set that the protocol's clients know. */
  static String serviceCode(LakeException failure) {
    return switch (failure.code()) {
      case INVALID_ARGUMENT,
          UNAUTHENTICATED,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          TOO_LARGE,
          UNSUPPORTED_MEDIA_TYPE,
          UNSUPPORTED ->
          "BAD_REQUEST";
      case NOT_FOUND -> "NOT_FOUND";
      case ALREADY_EXISTS -> "ALREADY_EXISTS";
      case CONFLICT -> "ABORTED";
      case RATE_LIMITED -> "RESOURCE_EXHAUSTED";
      case UNAVAILABLE -> "TEMPORARILY_UNAVAILABLE";
      case DEADLINE_EXCEEDED -> "DEADLINE_EXCEEDED";
      case OUTCOME_UNKNOWN -> "UNKNOWN";
      case INTERNAL -> "INTERNAL_ERROR";
    };
  }

  /**
   * As {@link #message} for anybody but who ran the statement: what failed on a value may name it,
   * and it may be of a row that others may not see.
   */
  static String withoutValues(LakeException failure, String requestId) {
    boolean harmless =
        switch (failure.code()) {
          case NOT_FOUND,
              PERMISSION_DENIED,
              ALREADY_EXISTS,
              RATE_LIMITED,
              DEADLINE_EXCEEDED,
              UNSUPPORTED,
              UNAVAILABLE,
              INTERNAL ->
              true;
          default -> HARMLESS.contains(failure.reason());
        };
    return harmless
        ? message(failure, requestId)
        : "[" + failure.reason() + "] What it says is for whoever ran the statement.";
  }

  /** The message of a failed statement; a defect of ours says nothing of our inside. */
  static String message(LakeException failure, String requestId) {
    if (failure.code() == ErrorCode.INTERNAL) {
      return "[INTERNAL_ERROR] The server's log has the cause under request id " + requestId + ".";
    }
    return failure.message().startsWith("[")
        ? failure.message()
        : "[" + failure.reason() + "] " + failure.message();
  }

  static LakeException noFileLoads() {
    return new LakeException(
        UNSUPPORTED,
        "UNSUPPORTED_STATEMENT",
        "COPY INTO is not offered by this node. Ask one that loads files.",
        Map.of("field", "statement"));
  }

  static LakeException copyOption(String name, String value, String expected) {
    return new LakeException(
        INVALID_ARGUMENT,
        "COPY_INTO_OPTION",
        "%s = '%s' is not offered by COPY INTO (expected: %s).".formatted(name, value, expected),
        Map.of("field", "statement", "value", value));
  }
}
