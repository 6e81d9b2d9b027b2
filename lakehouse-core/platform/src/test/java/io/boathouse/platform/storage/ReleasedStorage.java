package io.boathouse.platform.storage;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Storage of others that an operator has released. */
public final class ReleasedStorage {
  private ReleasedStorage() {}

  /**
   * @param roots folders of the disk
   * @param endpoints addresses of stores
   */
  public static ExternalStorage of(List<Path> roots, List<URI> endpoints, Path cacheFolder) {
    StorageConfig usual = StorageConfig.DEFAULTS;
    return new ExternalStorage(
        new StorageConfig(
            Optional.empty(),
            "",
            Optional.empty(),
            usual.region(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            roots,
            endpoints,
            100_000_000,
            usual.attemptTimeout()),
        cacheFolder,
        InstantSource.system());
  }
}
