package io.boathouse.table.delta;

import io.boathouse.platform.storage.StoragePath;
import java.net.URI;

/** Paths as actions of the log have them. */
final class LoggedPath {
  private LoggedPath() {}

  /** Whether the path as it is logged is the path that it means, as most are. */
  private static boolean isPlain(String logged) {
    for (int i = 0; i < logged.length(); i++) {
      char c = logged.charAt(i);
      boolean word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!word && c != '-' && c != '_' && c != '.' && c != '=' && (c != '/' || i == 0)) {
        return false;
      }
    }
    return !logged.isEmpty();
  }

  /** A path in the log is a URI reference; an absolute one leaves the table's folder. */
  static StoragePath of(String logged) {
    if (isPlain(logged)) {
      return new StoragePath(logged);
    }
    URI uri;
    try {
      uri = URI.create(logged);
    } catch (IllegalArgumentException e) {
      throw DeltaErrors.broken("it names a file that is no path", e);
    }
    if (uri.isAbsolute() || logged.startsWith("/")) {
      throw DeltaErrors.unsupported("a file outside the table's folder");
    }
    return StoragePath.of(uri.getPath());
  }
}
