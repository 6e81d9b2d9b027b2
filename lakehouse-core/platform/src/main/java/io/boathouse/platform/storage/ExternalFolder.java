package io.boathouse.platform.storage;

import java.net.URI;
import java.util.Optional;

/** A folder of a bucket of somebody else, and how the server itself gets at it. */
public record ExternalFolder(String bucket, StoragePath path, Server server, Access access) {

  /**
   * Where the bucket's store answers.
   *
   * @param endpoint instead of the one that AWS has
   * @param region the bucket's, instead of the server's own
   * @param pathStyle whether the bucket is part of the path
   */
  public record Server(Optional<URI> endpoint, Optional<String> region, boolean pathStyle) {}

  /** The ways to get at it. */
  public sealed interface Access {}

  /** A key pair that may do what it may. */
  public record KeyPair(S3StoreConfig.Credentials keys) implements Access {}

  /**
   * A role, taken on for the folder alone.
   *
   * @param write whether also to change files
   */
  public record Role(ExternalBucket bucket, boolean write) implements Access {}
}
