package io.boathouse.catalog.commit;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A version that its writer has put under {@code _delta_log/_staged_commits} for the catalog to
 * ratify.
 *
 * @param at the time inside the commit, in milliseconds since the epoch
 * @param fileName the version in 20 digits, a UUID and {@code .json}
 * @param size of the file, in bytes
 * @param modifiedAt when the file was written, in milliseconds since the epoch
 */
public record StagedCommit(long version, long at, String fileName, long size, long modifiedAt) {
  private static final Pattern FILE_NAME =
      Pattern.compile("[0-9]{20}\\.[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\.json");

  public StagedCommit {
    if (version < 1) {
      throw CommitErrors.invalid("version", Long.toString(version), "a version after 0");
    }
    String digits = String.format(Locale.ROOT, "%020d.", version);
    if (!FILE_NAME.matcher(fileName).matches() || !fileName.startsWith(digits)) {
      throw CommitErrors.invalid("file-name", fileName, digits + "<uuid>.json");
    }
    if (size < 1) {
      throw CommitErrors.invalid("file-size", Long.toString(size), "at least 1");
    }
  }
}
