package io.boathouse.sql.warehouse;

import static io.boathouse.platform.error.ErrorCode.ALREADY_EXISTS;
import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.PERMISSION_DENIED;
import static io.boathouse.platform.error.ErrorCode.RATE_LIMITED;
import static io.boathouse.platform.error.ErrorCode.UNSUPPORTED;

import io.boathouse.platform.error.LakeException;
import java.util.Arrays;
import java.util.Map;

/** Failures of warehouses. */
final class WarehouseErrors {
  private WarehouseErrors() {}

  static LakeException notFound(String id) {
    String shown = shown(id);
    return new LakeException(
        NOT_FOUND,
        "WAREHOUSE_NOT_FOUND",
        "The warehouse '%s' does not exist. Use '%s'.".formatted(shown, Warehouse.DEFAULT_ID),
        Map.of("field", "warehouse_id", "value", shown));
  }

  static LakeException invalid(String field, String value, String expected) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_WAREHOUSE",
        "The %s of a warehouse cannot be '%s'. It takes %s."
            .formatted(field, shown(value), expected),
        Map.of("field", field, "value", shown(value)));
  }

  static LakeException missing(WarehouseLevel level, String id) {
    return new LakeException(
        PERMISSION_DENIED,
        "MISSING_PRIVILEGE",
        "You lack %s on the warehouse '%s'. Ask who manages it, or an administrator."
            .formatted(level, shown(id)),
        Map.of("field", "warehouse_id", "value", shown(id)));
  }

  static LakeException principalNotFound(String name) {
    return new LakeException(
        NOT_FOUND,
        "PRINCIPAL_NOT_FOUND",
        "There is no user, service principal or group '%s'. Create it first."
            .formatted(shown(name)),
        Map.of("field", "access_control_list", "value", shown(name)));
  }

  static LakeException levelNotBuilt(String level) {
    return new LakeException(
        UNSUPPORTED,
        "PERMISSION_LEVEL_NOT_SUPPORTED",
        "Warehouses have no level %s here. Use CAN_USE or CAN_MANAGE.".formatted(level),
        Map.of("field", "permission_level", "value", level));
  }

  static LakeException nameTaken(String name) {
    return new LakeException(
        ALREADY_EXISTS,
        "WAREHOUSE_ALREADY_EXISTS",
        "There is a warehouse named '%s' already. Choose another name.".formatted(shown(name)),
        Map.of("field", "name", "value", shown(name)));
  }

  static LakeException defaultStays() {
    return new LakeException(
        FAILED_PRECONDITION,
        "DEFAULT_WAREHOUSE",
        "The default warehouse is always there and always runs. Create one of your own.",
        Map.of("field", "id", "value", Warehouse.DEFAULT_ID));
  }

  static LakeException sessionNotFound(String id) {
    return new LakeException(
        NOT_FOUND,
        "SESSION_NOT_FOUND",
        "The session '%s' does not exist, is not yours, or is closed. Open one."
            .formatted(shown(id)),
        Map.of("field", "session_id", "value", shown(id)));
  }

  static LakeException tooManySessions(int most) {
    return new LakeException(
        RATE_LIMITED,
        "TOO_MANY_SESSIONS",
        "%d sessions are open. Close those that are not needed, or retry later.".formatted(most),
        Map.of());
  }

  static LakeException tooManyOwnSessions(int most) {
    return new LakeException(
        RATE_LIMITED,
        "TOO_MANY_SESSIONS",
        "You have %d open sessions. Close those that are not needed; idle ones end by themselves."
            .formatted(most),
        Map.of());
  }

  static LakeException unknownSetting(String name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNKNOWN_SETTING",
        "There is no setting '%s'. Use one of %s."
            .formatted(
                shown(name),
                Arrays.stream(SessionSetting.values()).map(SessionSetting::label).toList()),
        Map.of("field", "setting", "value", shown(name)));
  }

  static LakeException badSetting(String name, String value, String expected) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_SETTING",
        "The setting %s cannot be '%s'. It takes %s.".formatted(name, shown(value), expected),
        Map.of("field", name, "value", shown(value)));
  }

  private static String shown(String text) {
    return text.length() > 80 ? text.substring(0, 80) : text;
  }
}
