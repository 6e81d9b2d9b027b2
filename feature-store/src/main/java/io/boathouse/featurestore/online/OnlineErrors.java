package io.boathouse.featurestore.online;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INTERNAL;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import io.boathouse.platform.error.LakeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Failures of online stores. */
final class OnlineErrors {
  private OnlineErrors() {}

  static LakeException wrongType(String column, Object value, ValueType expected) {
    String shown = String.valueOf(value);
    shown = shown.length() > 80 ? shown.substring(0, 80) + "…" : shown;
    return new LakeException(
        INVALID_ARGUMENT,
        "WRONG_FEATURE_TYPE",
        "Column '%s' is %s and the value '%s' is %s. Send a value of the column's type."
            .formatted(column, expected, shown, value.getClass().getSimpleName()),
        Map.of("field", column, "value", shown, "expected", expected.name()));
  }

  static LakeException wrongWidth(String what, int found, int expected) {
    return new LakeException(
        INVALID_ARGUMENT,
        "WRONG_ROW_WIDTH",
        "A row has %d %s values and the table has %d. Send one value per column."
            .formatted(found, what, expected),
        Map.of("field", what, "value", Integer.toString(found)));
  }

  static LakeException notPublished(OnlineTable table) {
    return new LakeException(
        NOT_FOUND,
        "NOT_PUBLISHED",
        "Feature table %s is not in the online store. Publish it first.".formatted(table.id()),
        Map.of("feature_table_id", table.id().toString()));
  }

  static LakeException tooLarge(String store, String what, int bytes, int limit) {
    return new LakeException(
        INVALID_ARGUMENT,
        "FEATURE_ROW_TOO_LARGE",
        "A %s of %d bytes does not fit into %s, which takes %d. Publish fewer or shorter features, or use another store."
            .formatted(what, bytes, store, limit),
        Map.of("field", what, "value", Integer.toString(bytes)));
  }

  static LakeException busy(String store, int limit) {
    return new LakeException(
        UNAVAILABLE,
        "ONLINE_STORE_BUSY",
        "%d lookups wait for the online store in %s. Retry later, or raise feature_store.online.connections."
            .formatted(limit, store),
        Map.of("store", store));
  }

  /** The address is not told: it may carry a password. */
  static LakeException unavailable(String store, Throwable cause) {
    return new LakeException(
        UNAVAILABLE,
        "ONLINE_STORE_UNAVAILABLE",
        "The online store in %s does not answer or refused the command. Retry when it is up; see the server's log."
            .formatted(store),
        Map.of("store", store),
        cause);
  }

  static LakeException full(long limit) {
    return new LakeException(
        FAILED_PRECONDITION,
        "ONLINE_STORE_FULL",
        "The embedded online store has reached its limit of %d bytes. Raise online.max_bytes, publish fewer features or keys, or use another store."
            .formatted(limit),
        Map.of("limit", Long.toString(limit)));
  }

  static LakeException corrupt(Path file, long offset) {
    return new LakeException(
        INTERNAL,
        "ONLINE_LOG_CORRUPT",
        "Online log '%s' is damaged at byte %d. Publish the feature table again."
            .formatted(file.getFileName(), offset),
        Map.of("file", String.valueOf(file.getFileName()), "offset", Long.toString(offset)));
  }

  static LakeException io(Path file, String verb, IOException cause) {
    boolean full =
        cause.getMessage() != null && cause.getMessage().contains("No space left on device");
    return new LakeException(
        full ? FAILED_PRECONDITION : INTERNAL,
        full ? "STORAGE_FULL" : "ONLINE_LOG_IO",
        "Online log '%s' could not be %s: %s."
            .formatted(
                file.getFileName(),
                verb,
                full ? "the disk is full; free space and retry" : "see the server's log"),
        Map.of("file", String.valueOf(file.getFileName())),
        cause);
  }
}
