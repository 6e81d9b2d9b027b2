package io.boathouse.platform.storage;

import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Another store narrowed to one of its folders; closing it leaves the other open. */
final class ScopedFileStore implements FileStore {
  private final FileStore store;
  private final StoragePath folder;

  ScopedFileStore(FileStore store, StoragePath folder) {
    this.store = store;
    this.folder = folder;
  }

  @Override
  public Optional<FileInfo> find(StoragePath path) {
    return store.find(folder.resolve(path)).map(this::inside);
  }

  @Override
  public InputStream open(StoragePath path) {
    return store.open(folder.resolve(path));
  }

  @Override
  public byte[] read(StoragePath path, long offset, int length) {
    return store.read(folder.resolve(path), offset, length);
  }

  @Override
  public boolean putIfAbsent(StoragePath path, byte[] content) {
    return store.putIfAbsent(folder.resolve(path), content);
  }

  @Override
  public FileInfo put(StoragePath path, ContentWriter writer) {
    return inside(store.put(folder.resolve(path), writer));
  }

  @Override
  public FileInfo putFile(StoragePath path, Path localFile) {
    return inside(store.putFile(folder.resolve(path), localFile));
  }

  @Override
  public FileInfo copy(StoragePath from, StoragePath to) {
    return inside(store.copy(folder.resolve(from), folder.resolve(to)));
  }

  @Override
  public List<FileInfo> list(StoragePath below, Optional<StoragePath> startAfter, int limit) {
    return store.list(folder.resolve(below), startAfter.map(folder::resolve), limit).stream()
        .map(this::inside)
        .toList();
  }

  @Override
  public Listing listFolder(StoragePath below) {
    Listing listing = store.listFolder(folder.resolve(below));
    return new Listing(
        listing.files().stream().map(this::inside).toList(),
        listing.folders().stream().map(path -> path.relativeTo(folder)).toList());
  }

  @Override
  public void delete(StoragePath path) {
    store.delete(folder.resolve(path));
  }

  @Override
  public void deleteFolder(StoragePath below) {
    store.deleteFolder(folder.resolve(below));
  }

  @Override
  public Path localCopy(StoragePath path) {
    return store.localCopy(folder.resolve(path));
  }

  @Override
  public URI location(StoragePath path) {
    return store.location(folder.resolve(path));
  }

  @Override
  public FileStore scoped(StoragePath below) {
    return new ScopedFileStore(store, folder.resolve(below));
  }

  @Override
  public void close() {}

  private FileInfo inside(FileInfo file) {
    return new FileInfo(file.path().relativeTo(folder), file.size(), file.modifiedAt());
  }
}
