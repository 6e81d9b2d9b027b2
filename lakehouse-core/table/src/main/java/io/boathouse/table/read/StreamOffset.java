package io.boathouse.table.read;

import java.util.UUID;

/**
 * How far a stream has read a table: everything before the file is read, nothing from it on. It
 * stays good across compactions, and for as long as the log reaches back to its version.
 *
 * @param tableId the table's own; one made anew under the same name is another table
 * @param index of the next file: of the version's changed files in the order of its commit or,
 *     while the table's state at the beginning is read, of all files of the version by path
 * @param initialSnapshot whether that state is still being read
 * @param schemaVersion up to which version columns are taken as they come
 */
public record StreamOffset(
    UUID tableId, long version, int index, boolean initialSnapshot, long schemaVersion) {
  public StreamOffset {
    if (version < 0 || index < 0) {
      throw new IllegalArgumentException(
          "offset: %d, %d (expected: >= 0)".formatted(version, index));
    }
  }

  StreamOffset atFile(int other) {
    return new StreamOffset(tableId, version, other, initialSnapshot, schemaVersion);
  }

  /** Behind everything of the version. */
  StreamOffset nextVersion() {
    return new StreamOffset(tableId, version + 1, 0, false, schemaVersion);
  }

  /** With the columns that its version has. */
  StreamOffset withItsSchema() {
    return new StreamOffset(tableId, version, index, initialSnapshot, version);
  }
}
