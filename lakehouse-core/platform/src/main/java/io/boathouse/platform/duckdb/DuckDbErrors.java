package io.boathouse.platform.duckdb;

import static io.boathouse.platform.error.ErrorCode.DEADLINE_EXCEEDED;
import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INTERNAL;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.PERMISSION_DENIED;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import io.boathouse.platform.error.LakeException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Failures of DuckDB in our words; DuckDB's own are kept where they help whoever wrote the SQL. */
public final class DuckDbErrors {
  /** The reason of a failure that a data file caused. */
  public static final String DAMAGED_FILE = "DATA_FILE_DAMAGED";

  private static final int MAX_SHOWN = 600;
  private static final Pattern DAMAGED =
      Pattern.compile(
          "magic bytes|to be a Parquet file|[Ff]ooter length|TProtocol|Failed to read"
              + " Parquet|[Dd]ecompression failure|Parquet metadata is corrupt|encoding (?:found"
              + " )?in Parquet|invalid TType|don't know what type|Out of buffer|Could not read"
              + " enough bytes from file|No files found that match the pattern");
  private static final Pattern NAMED = Pattern.compile("(?:file|pattern) ['\"]([^'\"]+)['\"]");
  private static final Pattern FULL =
      Pattern.compile(
          "No space left on device|Disk quota exceeded|File too large|temp_directory_size");
  private static final Pattern FOLDERS = Pattern.compile("(?<=['\"\\[ ])/(?:[^'\"/\\s]+/)+");

  private DuckDbErrors() {}

  /** What a failed statement means, told by the class that DuckDB puts before its message. */
  public static LakeException of(SQLException failure) {
    String message = String.valueOf(failure.getMessage()).strip();
    if (FULL.matcher(message).find()) {
      return storageFull(failure);
    }
    if (DAMAGED.matcher(message).find()) {
      return damagedFile(failure);
    }
    String kind = message.contains(":") ? message.substring(0, message.indexOf(':')) : "";
    return switch (kind) {
      case "Parser Error", "Syntax Error" -> invalid("SQL_SYNTAX", message, failure);
      case "Binder Error", "Catalog Error", "Not implemented Error" ->
          invalid("SQL_UNRESOLVED", message, failure);
      case "Conversion Error",
          "Out of Range Error",
          "Invalid Input Error",
          "Mismatch Type Error",
          "Constraint Error",
          "Divide by Zero Error",
          "Dependency Error" ->
          invalid("SQL_VALUE", message, failure);
      case "Permission Error" ->
          new LakeException(
              PERMISSION_DENIED,
              "OUTSIDE_SESSION",
              "The statement reaches for a file, a setting or an extension outside its session."
                  + " Query governed tables only.",
              Map.of(),
              failure);
      case "Out of Memory Error" ->
          new LakeException(
              FAILED_PRECONDITION,
              "OUT_OF_MEMORY",
              "The statement needs more memory than its session has. Make it smaller, or raise"
                  + " duckdb.memory_limit.",
              Map.of("setting", "duckdb.memory_limit"),
              failure);
      case "INTERRUPT Error" -> interrupted(failure);
      case "IO Error" ->
          new LakeException(
              UNAVAILABLE,
              "FILE_UNREADABLE",
              "A data file could not be read or written. Retry; if it stays, the server's log names"
                  + " the file.",
              Map.of(),
              failure);
      default ->
          new LakeException(
              INTERNAL,
              "ENGINE_FAILED",
              "The SQL engine failed. The server's log holds its report.",
              Map.of(),
              failure);
    };
  }

  static LakeException interrupted(SQLException failure) {
    return new LakeException(
        DEADLINE_EXCEEDED,
        "STATEMENT_INTERRUPTED",
        "The statement was cancelled or ran out of time.",
        Map.of(),
        failure);
  }

  static LakeException noSessionFolder(IOException failure) {
    return new LakeException(
        UNAVAILABLE,
        "SESSION_FOLDER_FAILED",
        "The folder of a SQL session could not be made. Check the data directory's tmp folder.",
        Map.of(),
        failure);
  }

  static LakeException notQuotable(String field, String problem) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NOT_QUOTABLE",
        "The %s %s and cannot be part of a statement.".formatted(field, problem),
        Map.of("field", field));
  }

  private static LakeException storageFull(SQLException failure) {
    return new LakeException(
        FAILED_PRECONDITION,
        "STORAGE_FULL",
        "The disk under the data directory is full. Free space and try again.",
        Map.of(),
        failure);
  }

  /** The name is that of the file on local disk. */
  private static LakeException damagedFile(SQLException failure) {
    Matcher named = NAMED.matcher(failure.getMessage());
    String path = named.find() ? named.group(1) : "";
    String name = path.substring(path.lastIndexOf('/') + 1);
    return new LakeException(
        FAILED_PRECONDITION,
        DAMAGED_FILE,
        "A data file is no whole Parquet file%s. Restore it, or read an older version."
            .formatted(name.isEmpty() ? "" : ": '" + name + "'"),
        name.isEmpty() ? Map.of() : Map.of("file", name),
        failure);
  }

  /** Where files lie on the server is nobody's business. */
  private static LakeException invalid(String reason, String text, SQLException failure) {
    String message = FOLDERS.matcher(text).replaceAll("…/");
    String shown = message.length() > MAX_SHOWN ? message.substring(0, MAX_SHOWN) + "…" : message;
    return new LakeException(INVALID_ARGUMENT, reason, shown, Map.of(), failure);
  }
}
