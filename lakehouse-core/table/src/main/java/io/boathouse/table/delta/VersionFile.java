package io.boathouse.table.delta;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.io.IOException;
import java.util.Arrays;

/** The moment in which a version happens: its file is put if absent. */
final class VersionFile {
  private static final int READ_BACK_TRIES = 3;

  private VersionFile() {}

  /**
   * Where the store cannot tell whether it wrote, what it holds does: a commit is unique.
   *
   * @return false if the version is another writer's
   * @throws LakeException OUTCOME_UNKNOWN if it cannot be read back either
   */
  static boolean put(FileStore folder, StoragePath path, byte[] content) {
    try {
      return folder.putIfAbsent(path, content);
    } catch (LakeException e) {
      if (e.code() != ErrorCode.OUTCOME_UNKNOWN) {
        throw e;
      }
      for (int i = 0; i < READ_BACK_TRIES; i++) {
        try (var in = folder.open(path)) {
          return Arrays.equals(in.readAllBytes(), content);
        } catch (LakeException | IOException again) {
          e.addSuppressed(again);
        }
      }
      throw DeltaErrors.outcomeUnknown(e);
    }
  }
}
