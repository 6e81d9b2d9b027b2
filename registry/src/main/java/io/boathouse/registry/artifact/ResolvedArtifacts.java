package io.boathouse.registry.artifact;

import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.util.Optional;

/**
 * Files that exist somewhere in our stores and that the caller may read.
 *
 * @param store the store that they are in
 * @param path the folder or the one file
 * @param runId the run that made them, if known
 */
public record ResolvedArtifacts(FileStore store, StoragePath path, Optional<String> runId) {}
