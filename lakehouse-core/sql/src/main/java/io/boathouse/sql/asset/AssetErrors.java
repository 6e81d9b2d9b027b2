package io.boathouse.sql.asset;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.PERMISSION_DENIED;
import static io.boathouse.platform.error.ErrorCode.UNSUPPORTED;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of saved queries. */
final class AssetErrors {
  private AssetErrors() {}

  static LakeException queryNotFound(String id) {
    String shown = id.length() > 80 ? id.substring(0, 80) : id;
    return new LakeException(
        NOT_FOUND,
        "QUERY_NOT_FOUND",
        "There is no saved query '%s', or it is not shared with you. List those that are."
            .formatted(shown),
        Map.of("field", "id", "value", shown));
  }

  static LakeException missing(SavedQueryLevel level, SavedQuery query) {
    return new LakeException(
        PERMISSION_DENIED,
        "MISSING_PRIVILEGE",
        "You lack %s on the saved query '%s'. Ask its owner, or an administrator."
            .formatted(level, query.details().name()),
        Map.of("field", "id", "value", query.id().toString()));
  }

  static LakeException principalNotFound(String name) {
    return new LakeException(
        NOT_FOUND,
        "PRINCIPAL_NOT_FOUND",
        "There is no user, service principal or group of that name. Create it first.",
        Map.of("field", "access_control_list", "value", name));
  }

  static LakeException badText(String field, int longest) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_TEXT",
        "The field '%s' is blank, longer than %d characters or has a NUL character. Change it."
            .formatted(field, longest),
        Map.of("field", field));
  }

  static LakeException badMask(String field) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_UPDATE_MASK",
        "The update mask names '%s', which no saved query has. Name fields of 'query'."
            .formatted(field),
        Map.of("field", "update_mask", "value", field));
  }

  static LakeException notBuilt(String field) {
    return new LakeException(
        UNSUPPORTED,
        "FIELD_NOT_SUPPORTED",
        "Saved queries have no '%s' here. Leave it out.".formatted(field),
        Map.of("field", field));
  }
}
