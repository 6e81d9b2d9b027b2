package io.boathouse.platform.storage;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where an S3 store is and how it is reached.
 *
 * @param prefix the folder in the bucket that is the store's root
 * @param endpoint instead of the one that AWS has for the region
 * @param pathStyle whether the bucket is part of the path, as most compatible stores want it
 * @param credentials instead of what the environment, the profile or the instance offers
 * @param cacheFolder where local copies are kept
 * @param cacheBytes how large they may grow together
 * @param attemptTimeout how long one request may take; with all that is sent again, a call takes no
 *     more than three times as long
 */
public record S3StoreConfig(
    String bucket,
    StoragePath prefix,
    Optional<URI> endpoint,
    String region,
    boolean pathStyle,
    Optional<Credentials> credentials,
    Path cacheFolder,
    long cacheBytes,
    Duration attemptTimeout) {

  /** A key pair of the store's account. */
  public record Credentials(String accessKeyId, String secretAccessKey) {
    @Override
    public String toString() {
      return "Credentials[accessKeyId=" + accessKeyId + ", secretAccessKey=***]";
    }
  }
}
