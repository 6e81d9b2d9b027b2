package io.boathouse.platform.storage;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
      new ExternalStorage(
          StorageConfig.DEFAULTS, Path.of("unused"), InstantSource.fixed(Instant.EPOCH));

  private final StorageConfig config;
  private final Path cacheFolder;
  private final InstantSource clock;
  private @Nullable LocalCopies copies;

  public ExternalStorage(StorageConfig config, Path cacheFolder, InstantSource clock) {
    this.config = config;
    this.cacheFolder = cacheFolder;
    this.clock = clock;
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
    try (StsKeyVendor vendor = vendor(bucket)) {
      return vendor.keys(folder, write, session, lifetime);
    }
  }

  private StsKeyVendor vendor(ExternalBucket bucket) {
    S3StoreConfig store =
        store(
            bucket.bucket(),
            StoragePath.ROOT,
            new ExternalFolder.Server(Optional.empty(), bucket.region(), false),
            bucket.credentials().or(this::own));
    Optional<URI> service =
        bucket.credentials().isPresent() ? bucket.endpoint() : config.stsEndpoint();
    return new StsKeyVendor(store, bucket.role(), service, bucket.externalId());
  }

  private Optional<S3StoreConfig.Credentials> own() {
    return config
        .accessKey()
        .flatMap(
            id ->
                config
                    .secretKey()
                    .map(secret -> new S3StoreConfig.Credentials(id.reveal(), secret.reveal())));
  }

  private S3StoreConfig store(
      String bucket,
      StoragePath prefix,
      ExternalFolder.Server server,
      Optional<S3StoreConfig.Credentials> keys) {
    return new S3StoreConfig(
        bucket,
        prefix,
        server.endpoint(),
        server.region().orElse(config.region()),
        server.pathStyle(),
        keys,
        cacheFolder.resolve("external"),
        config.cacheBytes(),
        config.attemptTimeout());
  }

  /**
   * A folder of the server's disk.
   *
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if its operator does not
   *     name it any more; NOT_FOUND if it is not there
   */
  public FileStore open(Path folder) {
    if (!allows(folder)) {
      throw StorageErrors.notReleased("storage.external_roots", folder.toString());
    }
    if (!Files.isDirectory(folder)) {
      throw StorageErrors.noFolder(folder.toString());
    }
    return LocalFileStore.existing(folder);
  }

  /**
   * A folder of somebody's bucket.
   *
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if the operator does not
   *     name the store's address any more
   */
  public FileStore open(ExternalFolder folder) {
    folder
        .server()
        .endpoint()
        .filter(endpoint -> !allows(endpoint))
        .ifPresent(
            endpoint -> {
              throw StorageErrors.notReleased("storage.external_endpoints", endpoint.toString());
            });
    return switch (folder.access()) {
      case ExternalFolder.KeyPair pair -> {
        S3StoreConfig store =
            store(folder.bucket(), folder.path(), folder.server(), Optional.of(pair.keys()));
        yield new S3FileStore(store, S3Connection.credentials(store), copies(store));
      }
      case ExternalFolder.Role role -> {
        S3StoreConfig store =
            store(folder.bucket(), folder.path(), folder.server(), Optional.empty());
        RoleKeys keys =
            new RoleKeys(
                lifetime -> keys(role.bucket(), folder.path(), role.write(), "server", lifetime),
                clock);
        yield new S3FileStore(store, keys, copies(store));
      }
    };
  }

  /** All stores share the copies and their bound. */
  private synchronized LocalCopies copies(S3StoreConfig store) {
    LocalCopies shared = copies == null ? S3FileStore.copies(store, clock) : copies;
    copies = shared;
    return shared;
  }
}
