package io.boathouse.platform.storage;

import java.time.Instant;

/**
 * A file in a store.
 *
 * @param path below the root of the store that was asked
 * @param size in bytes
 * @param modifiedAt when the content was last replaced, as the store tells it
 */
public record FileInfo(StoragePath path, long size, Instant modifiedAt) {}
