package io.boathouse.catalog.location;

import io.boathouse.platform.storage.StoragePath;
import java.util.UUID;

/** Tells which folders of models may still be written; whoever keeps models knows it. */
@FunctionalInterface
public interface ModelFolders {
  /**
   * @param folder of a version's files
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if its files may not
   *     change any more; NOT_FOUND if there is no such version
   */
  void requireWritable(UUID model, StoragePath folder);
}
