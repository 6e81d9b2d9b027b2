package io.boathouse.table.delta;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A store that notes what is asked of it, and tells a subclass when. */
public class NotedStore implements FileStore {
  private final FileStore store;
  private final Queue<String> calls = new ConcurrentLinkedQueue<>();
  private volatile String refused = "/";

  public NotedStore(FileStore store) {
    this.store = store;
  }

  /** What was asked since the last time, such as {@code open _last_checkpoint}. */
  public List<String> takeCalls() {
    List<String> taken = List.copyOf(calls);
    calls.clear();
    return taken;
  }

  /** From now on fails to write files with this in their names. */
  public void refuse(String part) {
    refused = part;
  }

  private void note(String what, StoragePath path) {
    if (what.equals("put") && path.name().contains(refused)) {
      throw new LakeException(ErrorCode.UNAVAILABLE, "STORE_REFUSES", "No.", Map.of());
    }
    calls.add(what + " " + path.name());
    before(what, path);
  }

  /** A call begins. */
  protected void before(String what, StoragePath path) {}

  /** A file has been written. */
  protected void written(StoragePath path) {}

  @Override
  public Optional<FileInfo> find(StoragePath path) {
    note("find", path);
    return store.find(path);
  }

  @Override
  public InputStream open(StoragePath path) {
    note("open", path);
    return store.open(path);
  }

  @Override
  public byte[] read(StoragePath path, long offset, int length) {
    note("read", path);
    return store.read(path, offset, length);
  }

  @Override
  public boolean putIfAbsent(StoragePath path, byte[] content) {
    note("put", path);
    boolean mine = store.putIfAbsent(path, content);
    written(path);
    return mine;
  }

  @Override
  public FileInfo put(StoragePath path, ContentWriter writer) {
    note("put", path);
    FileInfo file = store.put(path, writer);
    written(path);
    return file;
  }

  @Override
  public FileInfo putFile(StoragePath path, Path localFile) {
    note("put", path);
    FileInfo file = store.putFile(path, localFile);
    written(path);
    return file;
  }

  @Override
  public List<FileInfo> list(StoragePath folder, Optional<StoragePath> startAfter, int limit) {
    note("list", folder);
    return store.list(folder, startAfter, limit);
  }

  @Override
  public Listing listFolder(StoragePath folder) {
    note("list", folder);
    return store.listFolder(folder);
  }

  @Override
  public void delete(StoragePath path) {
    note("delete", path);
    store.delete(path);
  }

  @Override
  public void deleteFolder(StoragePath folder) {
    note("delete", folder);
    store.deleteFolder(folder);
  }

  @Override
  public Path localCopy(StoragePath path) {
    note("copy", path);
    return store.localCopy(path);
  }

  @Override
  public URI location(StoragePath path) {
    return store.location(path);
  }

  @Override
  public FileStore scoped(StoragePath folder) {
    return store.scoped(folder);
  }

  @Override
  public void close() {
    store.close();
  }
}
