package io.boathouse.catalog.location;

import io.boathouse.platform.storage.S3Keys;
import java.time.Instant;
import java.util.Optional;

/**
 * Access to a folder's files for a while.
 *
 * @param url the folder, as engines name it
 * @param keys for a folder in S3, good for nothing else
 * @param fileAccess for a folder on the server's disk: where the server hands out and takes its
 *     files, relative to the server's own address
 */
public record Access(
    String url,
    AccessOperation operation,
    Instant expiresAt,
    Optional<S3Keys> keys,
    Optional<String> fileAccess) {
  /** Without what gives access. */
  @Override
  public String toString() {
    return "Access[%s, %s until %s]".formatted(operation, url, expiresAt);
  }
}
