package io.boathouse.table.read;

import java.util.OptionalLong;

/**
 * How a table is read as a stream.
 *
 * @param maxFiles at most so many files a batch, at least 1
 * @param maxBytes a batch with so many bytes gets no more files; one file is always in it
 * @param acceptedSchema a version up to which columns may be renamed, dropped or changed
 */
public record StreamOptions(
    Changes changes, int maxFiles, long maxBytes, OptionalLong acceptedSchema) {
  public StreamOptions {
    if (maxFiles < 1 || maxBytes < 1) {
      throw new IllegalArgumentException(
          "limits: %d files, %d bytes (expected: >= 1)".formatted(maxFiles, maxBytes));
    }
  }

  /** What becomes of versions that took rows away or changed them. */
  public enum Changes {
    /** The stream stops with an error. */
    REFUSE,
    /** Such versions are left out, with the rows that they added. */
    SKIP,
    /** All rows come with what happened to them, as the change feed tells it. */
    FEED
  }

  /** Rows that were added, a thousand files at a time, and an error for other changes. */
  public static final StreamOptions DEFAULTS =
      new StreamOptions(Changes.REFUSE, 1_000, 1L << 30, OptionalLong.empty());

  public StreamOptions withChanges(Changes other) {
    return new StreamOptions(other, maxFiles, maxBytes, acceptedSchema);
  }

  public StreamOptions withMaxFiles(int most) {
    return new StreamOptions(changes, most, maxBytes, acceptedSchema);
  }

  public StreamOptions withMaxBytes(long most) {
    return new StreamOptions(changes, maxFiles, most, acceptedSchema);
  }

  /** Goes on behind the schema of the version, whatever it did to the columns. */
  public StreamOptions accepting(long version) {
    return new StreamOptions(changes, maxFiles, maxBytes, OptionalLong.of(version));
  }
}
