package io.boathouse.platform.storage;

import io.boathouse.platform.secret.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Settings under {@code storage:}. Without a bucket everything lies below the data directory.
 *
 * @param bucket the S3 bucket of managed data
 * @param prefix the folder in the bucket that is the store's root; may be empty
 * @param endpoint where an S3-compatible store answers, instead of the one that AWS has
 * @param region the bucket's region
 * @param pathStyle whether the bucket is part of the path, as most compatible stores want it
 * @param accessKey the id of a key pair, instead of what the environment or the machine offers
 * @param secretKey the secret of that pair
 * @param accessRole the ARN of the role of which engines are given short-lived keys to their tables
 * @param stsEndpoint where the token service answers, instead of the one that AWS has
 * @param externalRoots folders of the server's disk that external locations may lie beneath
 * @param externalEndpoints addresses of stores and token services of others, besides AWS's own,
 *     that storage credentials may name
 * @param cacheBytes how large local copies may grow together
 * @param attemptTimeout how long one request may take; with all that is sent again, a call takes no
 *     more than three times as long
 */
public record StorageConfig(
    Optional<String> bucket,
    String prefix,
    Optional<URI> endpoint,
    String region,
    boolean pathStyle,
    Optional<Secret> accessKey,
    Optional<Secret> secretKey,
    Optional<String> accessRole,
    Optional<URI> stsEndpoint,
    List<Path> externalRoots,
    List<URI> externalEndpoints,
    long cacheBytes,
    Duration attemptTimeout) {
  public static final StorageConfig DEFAULTS =
      new StorageConfig(
          Optional.empty(),
          "",
          Optional.empty(),
          "us-east-1",
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of(),
          10L << 30,
          Duration.ofSeconds(30));

  public StorageConfig {
    externalRoots = List.copyOf(externalRoots);
    externalEndpoints = List.copyOf(externalEndpoints);
    if (accessKey.isPresent() != secretKey.isPresent()) {
      throw new IllegalArgumentException(
          "access_key, secret_key: only one is set (expected: both or none)");
    }
    if (cacheBytes < 1) {
      throw new IllegalArgumentException("cache_bytes: " + cacheBytes + " (expected: >= 1)");
    }
  }

  /** What gives keys to the S3 store, if there is a bucket and a role. */
  public Optional<StsKeyVendor> keyVendor(Path cacheFolder) {
    return s3(cacheFolder)
        .flatMap(s3 -> accessRole.map(role -> new StsKeyVendor(s3, role, stsEndpoint)));
  }

  /** The settings of the S3 store, if there is a bucket. */
  public Optional<S3StoreConfig> s3(Path cacheFolder) {
    return bucket.map(
        name ->
            new S3StoreConfig(
                name,
                StoragePath.of(prefix),
                endpoint,
                region,
                pathStyle,
                accessKey.flatMap(
                    id ->
                        secretKey.map(
                            secret -> new S3StoreConfig.Credentials(id.reveal(), secret.reveal()))),
                cacheFolder,
                cacheBytes,
                attemptTimeout));
  }
}
