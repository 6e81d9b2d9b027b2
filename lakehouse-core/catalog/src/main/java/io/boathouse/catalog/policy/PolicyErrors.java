package io.boathouse.catalog.policy;

import static io.boathouse.platform.error.ErrorCode.ALREADY_EXISTS;
import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.PERMISSION_DENIED;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.LakeException;
import java.util.Map;
import java.util.Set;

/** Failures of policies, and the refusals of doors that cannot apply them. */
public final class PolicyErrors {
  /** The reason of a door's refusal. */
  public static final String DOOR_CLOSED = "TABLE_HAS_POLICY";

  private PolicyErrors() {}

  /** A door that hands out more than the policies of a table show. */
  static LakeException doorClosed(FullName table, String door) {
    return new LakeException(
        PERMISSION_DENIED,
        DOOR_CLOSED,
        "The table '%s' has a row filter or column masks, which %s cannot apply. Query it through"
                .formatted(table, door)
            + " SQL, which shows what the policies let you see.",
        Map.of("table", table.toString(), "door", door));
  }

  /** What tells of rows before the policies, for those only who may change the policies. */
  static LakeException needsManage(FullName table, String door) {
    return new LakeException(
        PERMISSION_DENIED,
        DOOR_CLOSED,
        "The table '%s' has a row filter or column masks, and %s tells of rows and values before"
                .formatted(table, door)
            + " them. Ask for MANAGE on the table, or count its rows through SQL.",
        Map.of("table", table.toString(), "door", door));
  }

  static LakeException notATable(FullName name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "POLICY_NEEDS_TABLE",
        "'%s' is a view, and only tables have row filters and column masks.".formatted(name),
        Map.of("field", "table", "value", name.toString()));
  }

  static LakeException unknownColumn(FullName table, String column) {
    return new LakeException(
        INVALID_ARGUMENT,
        "POLICY_COLUMN_NOT_FOUND",
        "The table '%s' has no column '%s'. Describe it to see which there are."
            .formatted(table, shown(column)),
        Map.of("field", "column", "value", shown(column)));
  }

  static LakeException wrongArguments(FullName function, int parameters, int arguments) {
    return new LakeException(
        INVALID_ARGUMENT,
        "POLICY_ARGUMENTS",
        "The function '%s' has %d parameters and the policy gives it %d columns. Name one column"
                .formatted(function, parameters, arguments)
            + " for each; the first of a mask is the masked column.",
        Map.of("field", "columns", "function", function.toString()));
  }

  static LakeException notBoolean(FullName function, String type) {
    return new LakeException(
        INVALID_ARGUMENT,
        "ROW_FILTER_NOT_BOOLEAN",
        "The function '%s' returns %s, and a row filter returns BOOLEAN. Use another."
            .formatted(function, shown(type)),
        Map.of("field", "function", "function", function.toString()));
  }

  static LakeException notSql(FullName function) {
    return new LakeException(
        INVALID_ARGUMENT,
        "POLICY_NEEDS_SQL_FUNCTION",
        "The function '%s' is not written in SQL. Only SQL functions make row filters and masks."
            .formatted(function),
        Map.of("field", "function", "function", function.toString()));
  }

  static LakeException noRowFilter(FullName table) {
    return new LakeException(
        NOT_FOUND,
        "ROW_FILTER_NOT_FOUND",
        "The table '%s' has no row filter.".formatted(table),
        Map.of("table", table.toString()));
  }

  static LakeException noMask(FullName table, String column) {
    return new LakeException(
        NOT_FOUND,
        "COLUMN_MASK_NOT_FOUND",
        "The column '%s' of the table '%s' has no mask.".formatted(shown(column), table),
        Map.of("table", table.toString(), "column", shown(column)));
  }

  static LakeException functionInUse(FullName function, int tables) {
    return new LakeException(
        FAILED_PRECONDITION,
        "FUNCTION_IN_USE",
        "The function '%s' is the row filter or a mask of %d tables. Drop those policies first."
            .formatted(function, tables),
        Map.of("function", function.toString()));
  }

  static LakeException badCondition(String field, String text, String expected) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_POLICY_CONDITION",
        "%s is '%s' (expected: %s).".formatted(field, shown(text), expected),
        Map.of("field", field, "value", shown(text)));
  }

  static LakeException badAlias(String field, String alias, String expected) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_POLICY_ALIAS",
        "%s is '%s' (expected: %s).".formatted(field, shown(alias), expected),
        Map.of("field", field, "value", shown(alias)));
  }

  /** Two policies of one level say different things of one column or of the rows. */
  static LakeException conflict(FullName table, String one, String other) {
    return new LakeException(
        PERMISSION_DENIED,
        "POLICIES_IN_CONFLICT",
        "The policies '%s' and '%s' are set at one level and disagree about the table '%s', which is"
                .formatted(one, other, table)
            + " closed until one is changed or a policy is set on the table itself.",
        Map.of("table", table.toString(), "policies", one + "," + other));
  }

  /** A policy's function needs one column and its tags are on none or several. */
  static LakeException notOneColumn(
      FullName table, String policy, String alias, Set<String> columns) {
    return new LakeException(
        PERMISSION_DENIED,
        "POLICY_NEEDS_ONE_COLUMN",
        "The policy '%s' needs one column of the table '%s' for '%s' and finds %d. Tag exactly one."
            .formatted(policy, table, alias, columns.size()),
        Map.of("table", table.toString(), "policy", policy, "alias", alias));
  }

  static LakeException policyExists(String name) {
    return new LakeException(
        ALREADY_EXISTS,
        "POLICY_ALREADY_EXISTS",
        "There is a policy '%s' on it already. Update it instead.".formatted(shown(name)),
        Map.of("field", "name", "value", shown(name)));
  }

  static LakeException policyNotFound(String name) {
    return new LakeException(
        NOT_FOUND,
        "POLICY_NOT_FOUND",
        "There is no policy '%s' on it.".formatted(shown(name)),
        Map.of("field", "name", "value", shown(name)));
  }

  static LakeException invalid(String field, String value, String expected) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_POLICY",
        "%s is '%s' (expected: %s).".formatted(field, shown(value), expected),
        Map.of("field", field, "value", shown(value)));
  }

  private static String shown(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() > 120 ? printable.substring(0, 120) + "…" : printable;
  }
}
