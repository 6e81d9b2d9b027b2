package io.boathouse.platform.storage;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What of others' storage this server has to do with: only folders of its disk and addresses that
 * its operator has named. Thread-safe.
 */
public final class ExternalStorage {
  /** No folder of the disk, and no token service but AWS's own. */
  public static final ExternalStorage NONE =
      new ExternalStorage(StorageConfig.DEFAULTS, Path.of("unused"));

  private final StorageConfig config;
  private final Path cacheFolder;

  public ExternalStorage(StorageConfig config, Path cacheFolder) {
    this.config = config;
    this.cacheFolder = cacheFolder;
  }

  /** Whether a folder of the disk, links followed, lies beneath one that the operator has named. */
  public boolean allows(Path folder) {
    Path wanted = folder.toAbsolutePath().normalize();
    return config.externalRoots().stream()
        .map(root -> root.toAbsolutePath().normalize())
        .anyMatch(root -> wanted.startsWith(root) && isReallyBelow(wanted, root));
  }

  private static boolean isReallyBelow(Path folder, Path root) {
    try {
      return real(folder).startsWith(real(root));
    } catch (IOException e) {
      return false;
    }
  }

  /** The path with links followed, as far as it exists. */
  private static Path real(Path path) throws IOException {
    @Nullable Path parent = path.getParent();
    return parent == null || Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        ? path.toRealPath()
        : real(parent).resolve(path.getFileName());
  }

  /** Whether the server may send requests to an address that somebody else has chosen. */
  public boolean allows(URI endpoint) {
    return config.externalEndpoints().stream().anyMatch(known -> isSame(known, endpoint));
  }

  private static boolean isSame(URI known, URI other) {
    return known.getPort() == other.getPort()
        && lower(known.getScheme()).equals(lower(other.getScheme()))
        && lower(known.getHost()).equals(lower(other.getHost()));
  }

  private static String lower(String text) {
    return Objects.requireNonNullElse(text, "").toLowerCase(Locale.ROOT);
  }

  /**
   * Keys to a folder of a bucket, and nothing else.
   *
   * @param session for whom, as the store's own logs will tell
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if the role is refused;
   *     UNAVAILABLE if the token service does not answer
   */
  public S3Keys keys(
      ExternalBucket bucket, StoragePath folder, boolean write, String session, Duration lifetime) {
    Optional<S3StoreConfig.Credentials> own =
        config
            .accessKey()
            .flatMap(
                id ->
                    config
                        .secretKey()
                        .map(
                            secret -> new S3StoreConfig.Credentials(id.reveal(), secret.reveal())));
    S3StoreConfig store =
        new S3StoreConfig(
            bucket.bucket(),
            StoragePath.ROOT,
            Optional.empty(),
            bucket.region().orElse(config.region()),
            false,
            bucket.credentials().or(() -> own),
            cacheFolder,
            config.cacheBytes(),
            config.attemptTimeout());
    Optional<URI> service =
        bucket.credentials().isPresent() ? bucket.endpoint() : config.stsEndpoint();
    try (StsKeyVendor vendor =
        new StsKeyVendor(store, bucket.role(), service, bucket.externalId())) {
      return vendor.keys(folder, write, session, lifetime);
    }
  }
}
