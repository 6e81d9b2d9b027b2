package io.boathouse.catalog.volume;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The files of managed volumes: reading needs READ_VOLUME, changing needs WRITE_VOLUME. A file
 * store knows no empty folders, so a folder that was made is a hidden marker file. Thread-safe;
 * every method blocks.
 */
public final class VolumeFileService {
  private static final String MARKER = ".boathouse-folder";

  private final VolumeService volumes;
  private final FileStore storage;

  /**
   * @param storage where the files of managed volumes are
   */
  public VolumeFileService(VolumeService volumes, FileStore storage) {
    this.volumes = volumes;
    this.storage = storage;
  }

  /** An entry of a folder. @param file empty for a folder */
  public record Entry(VolumePath path, Optional<FileInfo> file) {}

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND, or INVALID_ARGUMENT for a folder
   */
  public FileInfo get(Caller caller, VolumePath path) {
    FileStore files = files(caller, Privilege.READ_VOLUME, path);
    return files
        .find(path.path())
        .orElseThrow(
            () ->
                isFolder(files, path)
                    ? VolumeErrors.isFolder(path)
                    : VolumeErrors.fileNotFound(path));
  }

  /** The content; the caller closes it. */
  public InputStream open(Caller caller, VolumePath path) {
    FileInfo info = get(caller, path);
    return files(caller, Privilege.READ_VOLUME, path).open(info.path());
  }

  /** Writes a file whole or not at all. @param overwrite whether a present one is replaced */
  public FileInfo put(Caller caller, VolumePath path, InputStream content, boolean overwrite) {
    FileStore files = files(caller, Privilege.WRITE_VOLUME, path);
    refuseMarker(path);
    if (path.path().isRoot() || isFolder(files, path)) {
      throw VolumeErrors.isFolder(path);
    }
    if (!overwrite && files.find(path.path()).isPresent()) {
      throw VolumeErrors.fileExists(path);
    }
    return files.put(path.path(), content::transferTo);
  }

  /** Deletes a file; NOT_FOUND if there is none. */
  public void delete(Caller caller, VolumePath path) {
    FileStore files = files(caller, Privilege.WRITE_VOLUME, path);
    refuseMarker(path);
    if (files.find(path.path()).isEmpty()) {
      throw isFolder(files, path) ? VolumeErrors.isFolder(path) : VolumeErrors.fileNotFound(path);
    }
    files.delete(path.path());
  }

  /** The entries of a folder, by path. */
  public List<Entry> list(Caller caller, VolumePath folder) {
    FileStore files = files(caller, Privilege.READ_VOLUME, folder);
    if (!isFolder(files, folder)) {
      throw VolumeErrors.fileNotFound(folder);
    }
    FileStore.Listing listing = files.listFolder(folder.path());
    List<Entry> entries = new ArrayList<>();
    for (StoragePath child : listing.folders()) {
      entries.add(new Entry(folder.at(child), Optional.empty()));
    }
    for (FileInfo file : listing.files()) {
      if (!file.path().name().equals(MARKER)) {
        entries.add(new Entry(folder.at(file.path()), Optional.of(file)));
      }
    }
    entries.sort(Comparator.comparing(entry -> entry.path().path()));
    return entries;
  }

  /** Makes a folder; one that exists is no error. */
  public void createFolder(Caller caller, VolumePath folder) {
    FileStore files = files(caller, Privilege.WRITE_VOLUME, folder);
    refuseMarker(folder);
    if (files.find(folder.path()).isPresent()) {
      throw VolumeErrors.fileExists(folder);
    }
    if (!isFolder(files, folder)) {
      boolean unused = files.putIfAbsent(folder.path().resolve(MARKER), new byte[0]);
    }
  }

  /** Whether the folder exists; NOT_FOUND if not. */
  public void requireFolder(Caller caller, VolumePath folder) {
    FileStore files = files(caller, Privilege.READ_VOLUME, folder);
    if (!isFolder(files, folder)) {
      throw VolumeErrors.fileNotFound(folder);
    }
  }

  /** Deletes an empty folder. */
  public void deleteFolder(Caller caller, VolumePath folder) {
    FileStore files = files(caller, Privilege.WRITE_VOLUME, folder);
    if (folder.path().isRoot() || !isFolder(files, folder)) {
      throw VolumeErrors.fileNotFound(folder);
    }
    if (!list(caller, folder).isEmpty()) {
      throw VolumeErrors.notEmpty(folder);
    }
    files.deleteFolder(folder.path());
  }

  private static boolean isFolder(FileStore files, VolumePath path) {
    return path.path().isRoot() || !files.list(path.path(), Optional.empty(), 1).isEmpty();
  }

  private static void refuseMarker(VolumePath path) {
    if (path.path().segments().contains(MARKER)) {
      throw VolumeErrors.notAVolumePath(path.toString());
    }
  }

  private FileStore files(Caller caller, Privilege privilege, VolumePath path) {
    Volume volume = volumes.require(caller, privilege, path.volume());
    if (volume.kind() == Volume.Kind.EXTERNAL) {
      throw VolumeErrors.externalNotServed(path);
    }
    return storage.scoped(VolumeService.managedPath(volume.securable().id()));
  }
}
