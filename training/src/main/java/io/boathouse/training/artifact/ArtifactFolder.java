package io.boathouse.training.artifact;

import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.util.Optional;

/**
 * A place in a store that a caller may use.
 *
 * @param store narrowed to the folder of one run, logged model or version
 * @param path inside it
 * @param runId the run that the folder is of, if it is one's
 */
record ArtifactFolder(FileStore store, StoragePath path, Optional<String> runId) {}
