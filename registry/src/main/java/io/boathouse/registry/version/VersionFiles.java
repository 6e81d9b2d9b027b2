package io.boathouse.registry.version;

import io.boathouse.platform.storage.FileStore;
import io.boathouse.registry.artifact.ArtifactFile;
import java.util.List;

/**
 * The files of a version for reading.
 *
 * @param store narrowed to the version's folder
 * @param files every file with its digest, by path
 */
public record VersionFiles(FileStore store, List<ArtifactFile> files) {
  public VersionFiles {
    files = List.copyOf(files);
  }
}
