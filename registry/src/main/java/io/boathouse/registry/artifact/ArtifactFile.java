package io.boathouse.registry.artifact;

import io.boathouse.platform.storage.StoragePath;

/**
 * A file of a version.
 *
 * @param path below the version's folder
 * @param size in bytes
 * @param sha256 of its content, as 64 lower-case hexadecimal digits
 */
public record ArtifactFile(StoragePath path, long size, String sha256) {}
