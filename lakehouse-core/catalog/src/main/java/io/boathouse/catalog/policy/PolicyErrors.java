package io.boathouse.catalog.policy;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.PERMISSION_DENIED;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.LakeException;
import java.util.Map;

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
        "'%s' is no managed table, and only those have row filters and column masks."
            .formatted(name),
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

  private static String shown(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() > 120 ? printable.substring(0, 120) + "…" : printable;
  }
}
