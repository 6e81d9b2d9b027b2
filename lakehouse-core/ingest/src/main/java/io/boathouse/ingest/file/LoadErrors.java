package io.boathouse.ingest.file;

import static io.boathouse.platform.error.ErrorCode.CONFLICT;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.RATE_LIMITED;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import io.boathouse.platform.error.LakeException;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Failures of loading files. */
public final class LoadErrors {
  private static final int MAX_SHOWN = 300;

  private LoadErrors() {}

  static LakeException empty(String file) {
    return new LakeException(
        INVALID_ARGUMENT,
        "EMPTY_FILE",
        "The file '%s' has no bytes. Nothing was loaded. Check that its upload was complete."
            .formatted(shown(file)),
        Map.of("field", "source", "value", shown(file)));
  }

  static LakeException unknownFormat(String file) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNKNOWN_FILE_FORMAT",
        "The name '%s' does not say what the file is. Send format: csv, json or parquet."
            .formatted(shown(file)),
        Map.of("field", "format", "value", shown(file)));
  }

  static LakeException unreadable(String file, FileFormat format, LakeException cause) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNREADABLE_FILE",
        ("The file '%s' cannot be read as %s, and nothing was loaded: %s Check that it is complete"
                + " and of this format.")
            .formatted(shown(file), format.word(), firstLine(cause.message())),
        Map.of("field", "source", "value", shown(file), "format", format.word()),
        cause);
  }

  static LakeException notUtf8(String file) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NOT_UTF8",
        "The file '%s' is not UTF-8 text. Convert it, for example with iconv."
            .formatted(shown(file)),
        Map.of("field", "source", "value", shown(file)));
  }

  static LakeException noColumns(String file) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NO_COLUMNS",
        "The file '%s' gives no columns. Check its format and options.".formatted(shown(file)),
        Map.of("field", "source", "value", shown(file)));
  }

  static LakeException unknownColumn(String field, String column, List<String> known) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNKNOWN_COLUMN",
        "There is no column '%s'. The columns are %s."
            .formatted(shown(column), shown(known.toString())),
        Map.of("field", field, "value", shown(column)));
  }

  static LakeException columnTaken(String column) {
    return new LakeException(
        INVALID_ARGUMENT,
        "COLUMN_TAKEN",
        "The rows have a column '%s' already. Choose another name.".formatted(shown(column)),
        Map.of("field", "key.column", "value", shown(column)));
  }

  static LakeException notOneExpression() {
    return new LakeException(
        INVALID_ARGUMENT,
        "NOT_AN_EXPRESSION",
        "A condition of rejects is not one SQL expression. Write something like abs(delay) > 720.",
        Map.of("field", "rejects.condition"));
  }

  static LakeException keyNotUnique(String column, List<String> of, long repeated) {
    return new LakeException(
        CONFLICT,
        "KEY_NOT_UNIQUE",
        "%d rows share the key '%s' made of %s with another. Make it of more columns, or drop"
                .formatted(repeated, shown(column), shown(of.toString()))
            + " duplicates with distinct.",
        Map.of("field", "key.of", "value", shown(of.toString())));
  }

  static LakeException transformFailed(LakeException cause) {
    return new LakeException(
        cause.code(),
        cause.reason(),
        "Nothing was loaded: " + cause.message(),
        cause.details(),
        cause);
  }

  static LakeException busy() {
    return new LakeException(
        RATE_LIMITED,
        "LOADS_BUSY",
        "Other files are being loaded and more wait already. Retry later.",
        Map.of("retry_after", "5"));
  }

  static LakeException stagingFailed(IOException cause) {
    return new LakeException(
        UNAVAILABLE,
        "STAGING_FAILED",
        "The file could not be copied to the data directory's tmp folder. Check its space.",
        Map.of(),
        cause);
  }

  static LakeException stopped() {
    return new LakeException(
        UNAVAILABLE,
        "SERVER_STOPPING",
        "The server stops. Send the load again: what it did already is not done twice.",
        Map.of());
  }

  private static String firstLine(String message) {
    return shown(message.lines().findFirst().orElse(""));
  }

  private static String shown(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", "?");
    return plain.length() > MAX_SHOWN ? plain.substring(0, MAX_SHOWN) + "…" : plain;
  }
}
