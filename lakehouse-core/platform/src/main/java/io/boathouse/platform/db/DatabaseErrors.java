package io.boathouse.platform.db;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import io.boathouse.platform.error.LakeException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Failures of the metadata database, and how to recognise those that callers translate. */
public final class DatabaseErrors {
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String FOREIGN_KEY_VIOLATION = "23503";

  private DatabaseErrors() {}

  /** Whether a unique constraint or index refused the row. */
  public static boolean isUniqueViolation(Throwable failure) {
    return hasState(failure, UNIQUE_VIOLATION);
  }

  /** Whether a foreign key refused the row: the row it points to is gone, or still pointed to. */
  public static boolean isForeignKeyViolation(Throwable failure) {
    return hasState(failure, FOREIGN_KEY_VIOLATION);
  }

  private static boolean hasState(Throwable failure, String state) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && state.equals(sql.getSQLState())) {
        return true;
      }
    }
    return false;
  }

  static LakeException unsupportedPlatform(String os, String arch) {
    return new LakeException(
        FAILED_PRECONDITION,
        "NO_EMBEDDED_DATABASE",
        ("There is no embedded PostgreSQL for %s on %s. Set database.url to a PostgreSQL server of"
                + " your own.")
            .formatted(os, arch),
        Map.of("field", "database.url", "os", os, "arch", arch));
  }

  static LakeException refusesRoot() {
    return new LakeException(
        FAILED_PRECONDITION,
        "DATABASE_REFUSES_ROOT",
        "PostgreSQL does not run as root, and neither 'unshare' nor 'setpriv' could give up root on"
            + " this machine. Start the server as an ordinary user, or set database.url.",
        Map.of("field", "database.url"));
  }

  static LakeException didNotStart(String step, Path log, String tail, @Nullable Throwable cause) {
    return new LakeException(
        UNAVAILABLE,
        "DATABASE_DID_NOT_START",
        "The embedded PostgreSQL failed at %s. Its last words: %s. Read %s for more."
            .formatted(step, tail.isBlank() ? "none" : tail.strip(), log),
        Map.of("step", step),
        cause);
  }

  static LakeException notEmpty() {
    return new LakeException(
        FAILED_PRECONDITION,
        "DATABASE_NOT_EMPTY",
        "The metadata database has tables already, and nothing was changed in it. Restore into an"
            + " empty database.",
        Map.of("field", "database.url"));
  }

  static LakeException migrationMissing(String module, String version) {
    return new LakeException(
        FAILED_PRECONDITION,
        "DATABASE_NEWER",
        ("The tables of '%s' are of version %s, which this server does not know. Use the newer"
                + " server that wrote them.")
            .formatted(module, version),
        Map.of("module", module, "version", version));
  }

  static LakeException otherTables(Set<String> given, List<String> known) {
    Set<String> odd = new TreeSet<>(given);
    odd.addAll(known);
    odd.removeIf(table -> given.contains(table) && known.contains(table));
    return new LakeException(
        FAILED_PRECONDITION,
        "DATABASE_TABLES_DIFFER",
        "The rows given are not those of this server's tables: %s. Use the server that wrote them."
            .formatted(odd),
        Map.of("tables", odd.toString()));
  }

  static LakeException unreachable(Throwable cause) {
    return new LakeException(
        UNAVAILABLE,
        "DATABASE_UNREACHABLE",
        "The metadata database at database.url does not accept the connection: %s. Check url, user"
                .formatted(String.valueOf(cause.getMessage()).lines().findFirst().orElse(""))
            + " and password.",
        Map.of("field", "database.url"),
        cause);
  }
}
