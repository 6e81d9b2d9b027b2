package io.boathouse.catalog.location;

import io.boathouse.platform.storage.StoragePath;
import java.time.Instant;
import java.util.UUID;

/**
 * What an issued access is good for.
 *
 * @param id of what the folder belongs to
 * @param principalId whose rights are asked whenever it is used
 */
record AccessGrant(
    StoragePath folder,
    Owner owner,
    UUID id,
    AccessOperation operation,
    UUID principalId,
    Instant expiresAt) {

  /** What a folder can belong to. */
  enum Owner {
    TABLE,
    STAGING_TABLE,
    VOLUME,
    REGISTERED_MODEL
  }
}
