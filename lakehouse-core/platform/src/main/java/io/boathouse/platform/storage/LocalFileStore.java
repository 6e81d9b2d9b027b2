package io.boathouse.platform.storage;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.SafeFolder.LinkFoundException;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Files below a folder of the local disk. A file is written aside, synced, and then named: by
 * rename where it may replace, by a hard link where not. Links are never followed.
 */
public final class LocalFileStore implements FileStore {
  private static final String NO_SPACE = "No space left on device";

  private final Path root;
  private final WritingFolder writing;
  private final ReadWriteLock deletions = new ReentrantReadWriteLock();

  /** Opens a store over a folder, which is made if absent. */
  public LocalFileStore(Path root) {
    this(root, true);
  }

  private LocalFileStore(Path root, boolean made) {
    try {
      this.root = (made ? Files.createDirectories(root) : root).toRealPath();
      this.writing = new WritingFolder(this.root);
      if (made) {
        writing.prepare();
      }
    } catch (IOException e) {
      throw failure(StoragePath.ROOT, e);
    }
  }

  /** A folder that is there, in which nothing is made before something is written. */
  static LocalFileStore existing(Path root) {
    return new LocalFileStore(root, false);
  }

  @Override
  public Optional<FileInfo> find(StoragePath path) {
    if (path.isRoot()) {
      return Optional.empty();
    }
    try (SafeFolder folder = folder(path.parent())) {
      return folder
          .attributes(path.name())
          .filter(BasicFileAttributes::isRegularFile)
          .map(attributes -> info(path, attributes));
    } catch (NoSuchFileException | NotDirectoryException | LinkFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  @Override
  public InputStream open(StoragePath path) {
    try {
      return Channels.newInputStream(channel(path));
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  @Override
  public byte[] read(StoragePath path, long offset, int length) {
    try (FileChannel channel = channel(path)) {
      if (offset < 0 || length < 0 || offset + length > channel.size()) {
        throw StorageErrors.tooShort(path, offset, length);
      }
      ByteBuffer buffer = ByteBuffer.allocate(length);
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offset + buffer.position()) < 0) {
          throw StorageErrors.tooShort(path, offset, length);
        }
      }
      return buffer.array();
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  @Override
  public boolean putIfAbsent(StoragePath path, byte[] content) {
    String aside = writing.newName();
    try (SafeFolder target = newFolder(path.parent());
        SafeFolder waiting = writing.folder()) {
      if (target.attributes(path.name()).isPresent()) {
        return false;
      }
      try {
        write(waiting, aside, out -> out.write(content));
        waiting.linkInto(aside, target, path.name());
        confirm(target, path);
        return true;
      } catch (FileAlreadyExistsException e) {
        return false;
      } finally {
        writing.discard(waiting, aside);
      }
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  @Override
  public FileInfo put(StoragePath path, ContentWriter writer) {
    String aside = writing.newName();
    try (SafeFolder target = newFolder(path.parent());
        SafeFolder waiting = writing.folder()) {
      try {
        write(waiting, aside, writer);
        return name(waiting, aside, target, path);
      } finally {
        writing.discard(waiting, aside);
      }
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  /** A regular file on the same disk is not copied but given a second name. */
  @Override
  public FileInfo putFile(StoragePath path, Path localFile) {
    String aside = writing.newName();
    try (SafeFolder target = newFolder(path.parent());
        SafeFolder waiting = writing.folder()) {
      try {
        if (writing.adopt(localFile, aside)) {
          try (FileChannel channel = waiting.channel(aside, WRITE)) {
            channel.force(true);
          }
        } else {
          write(waiting, aside, out -> Files.copy(localFile, out));
        }
        return name(waiting, aside, target, path);
      } finally {
        writing.discard(waiting, aside);
      }
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  @Override
  public List<FileInfo> list(StoragePath folder, Optional<StoragePath> startAfter, int limit) {
    List<FileInfo> found = new ArrayList<>();
    try (SafeFolder opened = folder(folder)) {
      collect(opened, folder, startAfter, limit, found);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw failure(folder, e);
    }
    return found;
  }

  @Override
  public Listing listFolder(StoragePath folder) {
    List<FileInfo> files = new ArrayList<>();
    List<StoragePath> folders = new ArrayList<>();
    try (SafeFolder opened = folder(folder)) {
      for (Child child : children(opened, folder, Optional.empty())) {
        if (child.attributes().isDirectory()) {
          folders.add(child.path());
        } else {
          files.add(info(child.path(), child.attributes()));
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return new Listing(List.of(), List.of());
    } catch (IOException e) {
      throw failure(folder, e);
    }
    return new Listing(files, folders);
  }

  /** Does the work at a moment at which no file is deleted; deletions wait until it is done. */
  public <T> T withoutDeletions(Supplier<T> work) {
    deletions.writeLock().lock();
    try {
      return work.get();
    } finally {
      deletions.writeLock().unlock();
    }
  }

  @Override
  public void delete(StoragePath path) {
    deletions.readLock().lock();
    try {
      deleteNow(path);
    } finally {
      deletions.readLock().unlock();
    }
  }

  private void deleteNow(StoragePath path) {
    if (find(path).isEmpty()) {
      return;
    }
    try (SafeFolder folder = folder(path.parent())) {
      folder.deleteFile(path.name());
      folder.sync();
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  @Override
  public void deleteFolder(StoragePath folder) {
    deletions.readLock().lock();
    try {
      deleteFolderNow(folder);
    } finally {
      deletions.readLock().unlock();
    }
  }

  private void deleteFolderNow(StoragePath folder) {
    writing.refuse(folder);
    try {
      if (folder.isRoot()) {
        for (StoragePath child : listFolder(folder).folders()) {
          deleteFolder(child);
        }
        listFolder(folder).files().forEach(file -> delete(file.path()));
        return;
      }
      try (SafeFolder parent = folder(folder.parent())) {
        if (parent.attributes(folder.name()).filter(BasicFileAttributes::isDirectory).isPresent()) {
          deleteTree(parent, folder.name());
          parent.sync();
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return;
    } catch (IOException e) {
      throw failure(folder, e);
    }
  }

  @Override
  public Path localCopy(StoragePath path) {
    try (FileChannel unused = channel(path)) {
      return root.resolve(path.value());
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  @Override
  public URI location(StoragePath path) {
    return root.resolve(path.value()).toUri();
  }

  @Override
  public FileStore scoped(StoragePath folder) {
    return new ScopedFileStore(this, folder);
  }

  @Override
  public void close() {}

  /** The name is there; only whether it survives a crash of the machine is open. */
  private static void confirm(SafeFolder folder, StoragePath path) {
    try {
      folder.sync();
    } catch (IOException e) {
      throw StorageErrors.outcomeUnknown(path, e);
    }
  }

  private SafeFolder folder(StoragePath folder) throws IOException {
    writing.refuse(folder);
    return SafeFolder.open(root, folder.segments());
  }

  private SafeFolder newFolder(StoragePath folder) throws IOException {
    writing.refuse(folder);
    return SafeFolder.create(root, folder.segments());
  }

  private FileChannel channel(StoragePath path) throws IOException {
    try (SafeFolder folder = folder(path.parent())) {
      BasicFileAttributes attributes =
          folder.attributes(path.name()).orElseThrow(() -> StorageErrors.notFound(path));
      if (attributes.isSymbolicLink()) {
        throw StorageErrors.isLink(path);
      }
      if (!attributes.isRegularFile()) {
        throw StorageErrors.notFound(path);
      }
      return folder.channel(path.name(), READ);
    }
  }

  private static void write(SafeFolder folder, String name, ContentWriter writer)
      throws IOException {
    try (FileChannel channel = folder.channel(name, WRITE, CREATE_NEW)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
      writer.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }

  private static FileInfo name(
      SafeFolder waiting, String aside, SafeFolder target, StoragePath path) throws IOException {
    if (target.attributes(path.name()).filter(BasicFileAttributes::isDirectory).isPresent()) {
      throw StorageErrors.isFolder(path);
    }
    BasicFileAttributes attributes =
        waiting.attributes(aside).orElseThrow(() -> new NoSuchFileException(aside));
    waiting.moveInto(aside, target, path.name());
    target.sync();
    return info(path, attributes);
  }

  private void collect(
      SafeFolder folder,
      StoragePath path,
      Optional<StoragePath> startAfter,
      int limit,
      List<FileInfo> found)
      throws IOException {
    for (Child child : children(folder, path, startAfter)) {
      if (found.size() >= limit) {
        return;
      }
      if (child.attributes().isDirectory()) {
        if (startAfter.isEmpty()
            || startAfter.get().startsWith(child.path())
            || StoragePath.compareText(child.order(), startAfter.get().value()) > 0) {
          try (SafeFolder below = folder.child(child.path().name())) {
            collect(below, child.path(), startAfter, limit, found);
          } catch (NoSuchFileException | NotDirectoryException | LinkFoundException e) {
            // Gone or replaced since it was listed, so there is nothing below it.
          }
        }
      } else if (startAfter.isEmpty() || child.path().compareTo(startAfter.get()) > 0) {
        found.add(info(child.path(), child.attributes()));
      }
    }
  }

  private record Child(StoragePath path, BasicFileAttributes attributes) {
    /**
     * Where the child stands among full paths: what lies in a folder has a slash after its name.
     */
    String order() {
      return attributes.isDirectory() ? path.value() + "/" : path.value();
    }
  }

  /** Whether neither the child, as a file, nor what is in it, as a folder, comes after a path. */
  private static boolean isBefore(StoragePath child, StoragePath after) {
    return StoragePath.compareText(child.value() + "/", after.value()) <= 0
        && !after.startsWith(child);
  }

  /**
   * The files and folders, sorted; links and names that no path can have are left out, and most of
   * those that come before a path.
   */
  private List<Child> children(
      SafeFolder folder, StoragePath path, Optional<StoragePath> startAfter) throws IOException {
    List<Child> children = new ArrayList<>();
    for (String name : folder.names()) {
      Optional<StoragePath> child =
          writing
              .visible(path, name)
              .filter(one -> startAfter.isEmpty() || !isBefore(one, startAfter.get()));
      Optional<BasicFileAttributes> attributes =
          child.isEmpty() ? Optional.empty() : folder.attributes(name);
      if (attributes.isPresent()
          && (attributes.get().isRegularFile() || attributes.get().isDirectory())) {
        children.add(new Child(child.get(), attributes.get()));
      }
    }
    children.sort((a, b) -> StoragePath.compareText(a.order(), b.order()));
    return children;
  }

  private static void deleteTree(SafeFolder parent, String name) throws IOException {
    try (SafeFolder folder = parent.child(name)) {
      for (String child : folder.names()) {
        Optional<BasicFileAttributes> attributes = folder.attributes(child);
        if (attributes.filter(BasicFileAttributes::isDirectory).isPresent()) {
          deleteTree(folder, child);
        } else if (attributes.isPresent()) {
          folder.deleteFile(child);
        }
      }
    }
    parent.deleteFolder(name);
  }

  private static FileInfo info(StoragePath path, BasicFileAttributes attributes) {
    return new FileInfo(path, attributes.size(), attributes.lastModifiedTime().toInstant());
  }

  private static LakeException failure(StoragePath path, IOException cause) {
    String message = String.valueOf(cause.getMessage());
    return switch (cause) {
      case NoSuchFileException e -> StorageErrors.notFound(path);
      case FileNotFoundException e -> StorageErrors.notFound(path);
      case LinkFoundException e -> StorageErrors.isLink(path);
      case NotDirectoryException e -> StorageErrors.notAFolder(path);
      case AccessDeniedException e -> StorageErrors.accessDenied(path, cause);
      case FileSystemException e when message.contains("symbolic links") ->
          StorageErrors.isLink(path);
      default ->
          message.contains(NO_SPACE)
                  || message.contains("Disk quota exceeded")
                  || message.contains("File too large")
              ? StorageErrors.full(path, cause)
              : StorageErrors.unavailable(path, cause);
    };
  }
}
