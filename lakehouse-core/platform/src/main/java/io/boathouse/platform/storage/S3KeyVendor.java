package io.boathouse.platform.storage;

import java.time.Duration;

/** Makes keys to a folder of an S3 store that others may use for a while. Thread-safe; blocks. */
public interface S3KeyVendor {
  /** Has no keys to give, and says what is missing. */
  S3KeyVendor NONE =
      (folder, write, session, lifetime) -> {
        throw StorageErrors.noAccessRole();
      };

  /**
   * Keys that are good for the folder and nothing else.
   *
   * @param write whether files may be written and deleted, and not only read and listed
   * @param session for whom, as the store's own logs will tell
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if the store does not
   *     give the server what it needs for it; UNAVAILABLE if it does not answer
   */
  S3Keys keys(StoragePath folder, boolean write, String session, Duration lifetime);
}
